// One sheet with every kind of mask at every size of its marks, as a golden picture in each theme, and seen from the
// last row.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "app/scene/columns/steps.h"
#include "tests/app/backrow.h"
#include "tests/app/golden_picture.h"
#include "tests/app/picture_checks.h"
#include "tests/app/sample_panels.h"

namespace dropscope {
namespace {

constexpr int kWidth = int(kPanelWidth) * kPanelSizes, kHeight = int(kPanelHeight) * kPanelCount;

// A row for each panel, its four sizes side by side. Without words no font matters.
DisplayList sheet(const Palette& colours, bool words) {
  DisplayList list;
  for (int p = 0; p < kPanelCount; ++p)
    for (int size = 0; size < kPanelSizes; ++size)
      for (PanelPart& part :
           panel_of(Panel(p), size, {&colours, {kPanelWidth * float(size), kPanelHeight * float(p)}, 1, false}))
        list.append(std::move(part.list));
  if (!words)
    std::erase_if(list.items, [](const draw::Item& item) { return std::holds_alternative<draw::Text>(item); });
  return list;
}

// To make them anew after a wanted change: DROPSCOPE_UPDATE_GOLDEN=1, then look at them. DROPSCOPE_SHEET=FOLDER writes
// them with their words.
TEST(PanelSheet, EveryKindOfMaskAtEverySizeIsTheGoldenPictureInEveryTheme) {
  const CairoTextMeasure measure;
  for (const Palette* colours : all_palettes()) {
    const std::string name = std::string("masks_") + colours->name;
    const double share =
        share_off_golden(paint_bitmap(sheet(*colours, false), kWidth, kHeight, colours->background, measure), name);
    if (const char* folder = std::getenv("DROPSCOPE_SHEET"))
      atomic_write(std::string(folder) + "/masks_" + colours->name + ".png",
                   encode_png(paint_bitmap(sheet(*colours, true), kWidth, kHeight, colours->background, measure)));
    EXPECT_LT(share, 0.0005) << name;
    EXPECT_LT(std::filesystem::file_size(golden_path(name)), 500000u);
  }
}

// As a window of 1080 lines shows it.
constexpr float kScale = 2;

// Where one gate is seen, of those that are drawn one by one.
struct Spot {
  Rect rect;
  bool disc = false;
  bool struck = false;  // a line runs through the row, a sign of its own; the disc is seen above and below it
};
double light_at(const BackRow& back, const Spot& spot) {
  const Rect r = spot.rect;
  if (spot.struck) {
    const Vec2 half{0.3f * r.width(), 0.1f * r.height()}, off{0, 0.34f * r.height()};
    return (back.in_rect({r.center() - off - half, r.center() - off + half}) +
            back.in_rect({r.center() + off - half, r.center() + off + half})) /
           2;
  }
  const Vec2 air{0.08f * r.width(), 0.08f * r.height()};
  return spot.disc ? back.in_disc(r.center(), r.width() / 2) : back.in_rect({r.min + air, r.max - air});
}
std::optional<Spot> spot_of(const PanelPart& part, int site, std::uint32_t element) {
  if (part.snapshot.sites[std::size_t(site)].kind == SiteKind::Sequence) {
    const StepPanel panel = step_panels(part.snapshot, std::size_t(part.layer))[0];
    const CellGrid grid{part.layout.columns[std::size_t(part.layer)].tiles[0], panel.cols, panel.rows};
    const Rect cell = grid.cell(panel.col_of(element), panel.row_of(element));
    if (std::min(cell.width(), cell.height()) * 0.74f < 14 * part.layout.u) return Spot{cell, false};
    const float reach = std::min(cell.width(), cell.height()) * 0.37f;
    return Spot{{cell.center() - Vec2{reach, reach}, cell.center() + Vec2{reach, reach}},
                true,
                step_tie(part.snapshot.sites[std::size_t(site)], panel.cols) == StepTie::Steps};
  }
  const auto rect = gate_rect(part.layout, part.snapshot, {site, element});
  if (!rect || rect->width() <= 0) return std::nullopt;
  bool disc = false;
  for (std::size_t l = 0; l < part.layout.columns.size(); ++l)
    disc = disc || (part.snapshot.layers[l].site == site && part.layout.columns[l].style == ColumnLayout::Style::Units);
  return Spot{*rect, disc};
}

// Of each part, light of what is dropped over light of what is kept, as means; nothing where single gates are not
// drawn.
std::vector<double> ratios_of(Panel panel, int size, const Palette& colours) {
  const CairoTextMeasure measure;
  DisplayList list;
  const std::vector<PanelPart> parts = panel_of(panel, size, {&colours, {}, kScale, true});
  for (const PanelPart& part : parts) list.append(part.list);
  std::erase_if(list.items, [](const draw::Item& item) { return std::holds_alternative<draw::Text>(item); });
  const BackRow back(
      paint_bitmap(list, int(kPanelWidth * kScale), int(kPanelHeight * kScale), colours.background, measure));
  // To look at what the last row sees: DROPSCOPE_BACKROW=FOLDER.
  if (const char* folder = std::getenv("DROPSCOPE_BACKROW"))
    atomic_write(std::string(folder) + "/" + panel_name(panel) + std::to_string(size) + "_" + colours.name + ".png",
                 encode_png(back.as_seen()));
  std::vector<double> ratios;
  for (const PanelPart& part : parts) {
    double light[2] = {};
    int count[2] = {};
    for (std::size_t s = 0; s < part.snapshot.sites.size(); ++s) {
      const SiteView& site = part.snapshot.sites[s];
      if (!site.active || (part.site >= 0 && int(s) != part.site)) continue;
      for (std::size_t i = 0; i < site.gate.size(); ++i) {
        const auto spot = spot_of(part, int(s), std::uint32_t(i));
        if (!spot) continue;
        const bool kept = site.gate[i] != 0;
        light[kept] += light_at(back, *spot);
        ++count[kept];
        if (site.coins == 1) break;
      }
    }
    if (count[0] > 0 && count[1] > 0) ratios.push_back(light[0] / count[0] / (light[1] / count[1]));
  }
  return ratios;
}

// Lines and tiles that stand for 64 units or maps have tests of their own (BackRowTest).
TEST(PanelSheet, EveryPanelKeepsItsHolesInTheLastRow) {
  int measured = 0;
  for (ThemeId theme : {ThemeId::Light, ThemeId::Projector}) {
    std::string line = palette(theme).name;
    for (int p = 0; p < kPanelCount; ++p)
      for (int size = 0; size < kPanelSizes; ++size)
        for (double ratio : Panel(p) == Panel::Weights && size < 3 ? std::vector<double>()
                                                                   : ratios_of(Panel(p), size, palette(theme))) {
          line +=
              std::string(" ") + panel_name(Panel(p)) + std::to_string(size) + " " + std::to_string(ratio).substr(0, 4);
          EXPECT_GE(ratio, 2.0) << palette(theme).name << " " << panel_name(Panel(p)) << size;
          ++measured;
        }
    std::printf("%s\n", line.c_str());
  }
  EXPECT_EQ(measured, 2 * 30);
}

}  // namespace
}  // namespace dropscope
