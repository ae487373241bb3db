// The kernels that made one feature map, on demand.
#include <algorithm>
#include <cmath>

#include "app/scene/columns/maps.h"
#include "app/scene/columns/parts.h"
#include "app/scene/gate_words.h"
#include "app/scene/glyphs/forms.h"
#include "app/scene/scene_text.h"

namespace dropscope {
namespace {

struct Kernels {
  const InnerView* view = nullptr;
  int maps = 0, channels = 0, rows = 0, cols = 0;
  const SiteView* site = nullptr;  // of noise on them; null where there is none
};

std::optional<Kernels> kernels_of(const FormContext& column) {
  for (const PartView& part : column.view().parts) {
    if (part.kind != PartKind::Convolution) continue;
    const InnerView* view = part.find("kernels");
    if (!view || view->values.empty() || view->values.size() != view->shape.count()) continue;
    Kernels k{view,
              view->shape.extent(Axis::Out),
              view->shape.extent(Axis::Channel),
              view->shape.extent(Axis::Row),
              view->shape.extent(Axis::Col),
              nullptr};
    const SiteView* site =
        site_at(column.snapshot, inner_site(column.snapshot, column.layer, SiteKind::Weight, ".weight"));
    if (has_gates(site) && site->gate.size() == view->values.size()) k.site = site;
    return k;
  }
  return std::nullopt;
}

float largest(const std::vector<float>& values) {
  float limit = 0;
  for (float v : values)
    if (std::isfinite(v)) limit = std::max(limit, std::fabs(v));
  return limit > 0 ? limit : 1;
}

}  // namespace

void paint_kernels(const FormContext& column, const ColumnLayout& layout, DisplayList& list) {
  const int map = map_at_hand(column);
  const Rect band = kernel_band(layout);
  const std::optional<Kernels> k = kernels_of(column);
  if (map < 0 || !k || map >= k->maps || band.width() <= 0 || !column.measure) return;
  const Palette& p = *column.style.palette;
  const float u = column.u, size = type_px(p, u, 13), air = 7 * u;
  const float height = std::min(44 * u, band.height() - size * 1.4f - air);
  if (height < 8) return;
  // Rows and columns of tiles: as large as fits, but not so small that weights cannot be told apart.
  const float aspect = float(k->rows) / float(k->cols), least = std::max(6.0f, 2.0f * float(k->cols));
  int across = 1, down = 1;
  float pitch = 0;
  for (int rows = 1; rows <= k->channels; ++rows) {
    const int cols = (k->channels + rows - 1) / rows;
    const float next = std::min(band.width() / float(cols), height / (float(rows) * aspect));
    if (next > pitch) pitch = next, across = cols, down = rows;
  }
  if (pitch < least) {
    pitch = least;
    across = std::max(1, int(band.width() / pitch)), down = std::max(1, int(height / (pitch * aspect)));
  }
  const int shown = std::min(k->channels, across * down);
  const float gap = std::max(1.0f, 0.1f * pitch), top = band.min.y + air;
  const std::size_t weights = std::size_t(k->rows) * std::size_t(k->cols);
  const float limit = largest(k->view->values);
  for (int i = 0; i < shown; ++i) {
    const int in_row = std::min(across, shown - i / across * across);
    const float left = band.center().x - pitch * float(in_row) / 2;
    const Vec2 at{left + pitch * float(i % across) + gap / 2, top + pitch * aspect * float(i / across) + gap / 2};
    const CellGrid grid{{at, at + Vec2{pitch - gap, pitch * aspect - gap}}, k->cols, k->rows};
    const std::size_t first = (std::size_t(map) * std::size_t(k->channels) + std::size_t(i)) * weights;
    std::vector<CellMark> cells(weights);
    for (std::size_t w = 0; w < weights; ++w) {
      cells[w].value = k->view->values[first + w];
      cells[w].dropped = k->site && k->site->gate[first + w] == 0;
    }
    paint_cells(list, grid, cells, limit, {&p, u});
    list.add(draw::Box{grid.rect, p.background.with_alpha(0), p.border, std::max(0.75f, u), 0, 0});
  }
  const std::string of = std::to_string(map + 1), many = k->channels == 1 ? "kernel" : "kernels";
  const std::string some =
      shown < k->channels ? std::to_string(shown) + " of " + std::to_string(k->channels) + " " + many : many;
  const std::vector<std::string> wordings = {some + " of map " + of, some + ", map " + of, "map " + of};
  list.add(draw::Text{{band.center().x, top + pitch * aspect * float((shown + across - 1) / across) + size * 0.2f},
                      first_fitting(wordings, band.width(), size, Face::Regular, *column.measure),
                      size,
                      p.secondary,
                      Face::Regular,
                      HAlign::Center,
                      VAlign::Top});
}

}  // namespace dropscope
