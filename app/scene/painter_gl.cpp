// Two passes: primitives are sorted into runs and their instances into one buffer per kind; then the runs are drawn.
#include "app/scene/painter_gl.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "app/render/arc_batch.h"
#include "app/render/cell_batch.h"
#include "app/render/circle_batch.h"
#include "app/render/edge_batch.h"
#include "app/render/gl_facts.h"
#include "app/render/line_raster.h"
#include "app/render/mesh_batch.h"
#include "app/render/texture_cache.h"
#include "app/scene/dashes.h"

namespace dropscope {
namespace {

enum Kind : std::size_t { kCircle, kEdge, kCell, kArc, kMesh, kImage, kKinds };

struct Run {
  Kind kind;
  std::size_t first, count;
  int clip;  // index into the clips, -1 = none
};

Rgba8 rgba(Color c) { return {c.r, c.g, c.b, c.a}; }
bool finite(Vec2 p) { return std::isfinite(p.x) && std::isfinite(p.y); }

Rect around(Vec2 center, float reach) { return {center - Vec2{reach, reach}, center + Vec2{reach, reach}}; }
Rect around(Vec2 a, Vec2 b, float reach) {
  return {{std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach},
          {std::max(a.x, b.x) + reach, std::max(a.y, b.y) + reach}};
}
bool overlap(const Rect& a, const Rect& b) {
  return a.min.x <= b.max.x && b.min.x <= a.max.x && a.min.y <= b.max.y && b.min.y <= a.max.y;
}
Rect intersection(const Rect& a, const Rect& b) {
  return {{std::max(a.min.x, b.min.x), std::max(a.min.y, b.min.y)},
          {std::min(a.max.x, b.max.x), std::min(a.max.y, b.max.y)}};
}

// Decides which run an instance joins. A column of dropped units comes as disc, line, line, disc, line, line, ...;
// a disc may join the earlier discs as long as it touches nothing drawn after them, so the order seen stays the same
// and the column takes two draw calls instead of hundreds.
class RunPlanner {
 public:
  void place(Kind kind, std::size_t index, const Rect& bounds, int clip) {
    if (clip != clip_) close();
    clip_ = clip;
    std::size_t slot = find_open(kind);
    if (slot < open_.size() && blocked(slot, bounds)) {
      close();
      slot = open_.size();
    }
    if (slot == open_.size()) open_.push_back({Run{kind, index, 0, clip}, {}});
    ++open_[slot].run.count;
    open_[slot].bounds.push_back(bounds);
  }

  std::vector<Run> finish() {
    close();
    return std::move(runs_);
  }

 private:
  struct Open {
    Run run;
    std::vector<Rect> bounds;
  };
  // Looking back further costs more than another draw call.
  static constexpr std::size_t kMostCompared = 256;

  std::size_t find_open(Kind kind) const {
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].run.kind == kind) return i;
    }
    return open_.size();
  }

  bool blocked(std::size_t slot, const Rect& bounds) const {
    std::size_t compared = 0;
    for (std::size_t later = slot + 1; later < open_.size(); ++later) {
      compared += open_[later].bounds.size();
      if (compared > kMostCompared) return true;
      for (const Rect& other : open_[later].bounds) {
        if (overlap(bounds, other)) return true;
      }
    }
    return false;
  }

  void close() {
    for (const Open& open : open_) runs_.push_back(open.run);
    open_.clear();
  }

  std::vector<Open> open_;
  std::vector<Run> runs_;
  int clip_ = -1;
};

// Whether lines are worth a layer over the target, which costs by its area: many lines, or fewer that cross much of it.
// A pixel's length of a line costs in a shader about as much as four pixels of the layer.
constexpr std::size_t kMany = 400, kFewest = 100;
bool worth_a_layer(const EdgeBatch& edges, const Run& run, const ViewState& view) {
  if (run.count >= kMany || run.count < kFewest) return run.count >= kMany;
  double length = 0;
  for (std::size_t i = run.first; i < run.first + run.count; ++i)
    length += std::hypot(edges[i].bx - edges[i].ax, edges[i].by - edges[i].ay);
  return 4 * length * double(view.scale) >= double(view.width) * double(view.height);
}

struct ImageDraw {
  const draw::Image* image;
};

}  // namespace

struct GlPainter::Parts {
  CircleBatch circles{"circle"};
  EdgeBatch edges{"edge"};
  CellBatch cells{"cell"};
  ArcBatch arcs{"arc"};
  MeshBatch mesh;
  ImageQuad quad;
  TextureCache textures;
  std::vector<ImageDraw> images;
  std::vector<Rect> clips;   // every clip rectangle met, already intersected
  std::vector<int> nesting;  // indices of those in force
  RunPlanner planner;
  float pixel = 1;  // list units per pixel
  LineRaster raster;
  GlTexture layer;  // what the processor drew, on its way to the target
  bool processor_lines = false;
  int draw_calls = 0, skipped_texts = 0;

  int clip() const { return nesting.empty() ? -1 : nesting.back(); }

  void clear() {
    circles.clear();
    edges.clear();
    cells.clear();
    arcs.clear();
    mesh.clear();
    images.clear();
    clips.clear();
    nesting.clear();
    planner = RunPlanner();
    draw_calls = skipped_texts = 0;
  }

  void edge(Vec2 a, Vec2 b, float width, Color color, bool round) {
    if (color.a == 0 || !finite(a) || !finite(b) || !(width > 0)) return;
    planner.place(kEdge, edges.size(), around(a, b, width / 2 + pixel), clip());
    edges.add({a.x, a.y, b.x, b.y, width, round ? 1.0f : 0.0f, rgba(color)});
  }

  void polyline(const std::vector<Vec2>& points, float width, Color color, float dash, bool closed) {
    for (const std::vector<Vec2>& piece : dashed_pieces(points, dash, closed)) {
      for (std::size_t i = 0; i + 1 < piece.size(); ++i) {
        edge(piece[i], piece[i + 1], width, color, piece.size() > 2);
      }
    }
  }

  void add(const draw::Disc& disc) {
    if (!finite(disc.center) || !(disc.radius > 0)) return;
    const bool ringed = disc.stroke.a > 0 && disc.stroke_width > 0;
    if (!ringed && disc.fill.a == 0) return;
    const float stroke = ringed ? disc.stroke_width : 0;
    planner.place(kCircle, circles.size(), around(disc.center, disc.radius + stroke / 2 + pixel), clip());
    circles.add({disc.center.x, disc.center.y, disc.radius, stroke, float(ring_dashes(disc.radius, disc.dash)),
                 rgba(disc.fill), rgba(disc.stroke)});
  }

  void add(const draw::Line& line) { edge(line.a, line.b, line.width, line.color, false); }

  void add(const draw::Polyline& line) { polyline(line.points, line.width, line.color, line.dash, line.closed); }

  void add(const draw::Box& box) {
    if (!finite(box.rect.min) || !finite(box.rect.max)) return;
    const bool framed = box.stroke.a > 0 && box.stroke_width > 0;
    const bool solid_frame = framed && !(box.dash > 0);
    if (box.fill.a > 0 || solid_frame) {
      const float stroke = solid_frame ? box.stroke_width : 0;
      planner.place(kCell, cells.size(), around(box.rect.min, box.rect.max, stroke / 2 + pixel), clip());
      cells.add({box.rect.min.x, box.rect.min.y, box.rect.max.x, box.rect.max.y, stroke, box.rounding, rgba(box.fill),
                 rgba(box.stroke)});
    }
    if (framed && !solid_frame) {
      polyline(box_outline(box.rect, box.rounding), box.stroke_width, box.stroke, box.dash, true);
    }
  }

  void add(const draw::Arc& arc) {
    if (!finite(arc.center) || !(arc.radius > 0) || arc.color.a == 0) return;
    const float radians = std::numbers::pi_v<float> / 180;
    planner.place(kArc, arcs.size(), around(arc.center, arc.radius + arc.width / 2 + pixel), clip());
    arcs.add({arc.center.x, arc.center.y, arc.radius, arc.width, (arc.from + arc.to) / 2 * radians,
              std::abs(arc.to - arc.from) / 2 * radians, rgba(arc.color)});
  }

  // Without soft edges, so that no seam shows between its pieces.
  void add(const draw::Ribbon& ribbon) {
    const std::size_t n = std::min(ribbon.upper.size(), ribbon.lower.size());
    const Rgba8 color = rgba(ribbon.fill);
    for (std::size_t i = 0; i + 1 < n && ribbon.fill.a > 0; ++i) {
      const Vec2 a = ribbon.upper[i], b = ribbon.upper[i + 1], c = ribbon.lower[i + 1], d = ribbon.lower[i];
      if (!finite(a) || !finite(b) || !finite(c) || !finite(d)) continue;
      const Vec2 low{std::min(a.x, d.x), std::min(a.y, b.y)}, high{std::max(b.x, c.x), std::max(c.y, d.y)};
      for (const Vec2 p : {a, b, c, a, c, d}) {
        planner.place(kMesh, mesh.size(), around(low, high, pixel), clip());
        mesh.add({p.x, p.y, color});
      }
    }
  }

  void add(const draw::Polygon& polygon) {
    const auto& points = polygon.points;
    if (points.size() < 3 || polygon.fill.a == 0) return;
    Vec2 middle{}, low = points.front(), high = points.front();
    for (const Vec2 p : points) {
      if (!finite(p)) return;
      middle = middle + p * (1.0f / float(points.size()));
      low = {std::min(low.x, p.x), std::min(low.y, p.y)};
      high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    const std::size_t first = mesh.size();
    const Rgba8 solid = rgba(polygon.fill), faded{solid.r, solid.g, solid.b, 0};
    // Half a pixel inwards is solid, half a pixel outwards has faded away. Convex, so away from the middle is out.
    const auto shifted = [&](Vec2 p, float by) {
      const Vec2 out = p - middle;
      const float length = std::hypot(out.x, out.y);
      return length > 0 ? p + out * (by / length) : p;
    };
    for (std::size_t i = 0; i < points.size(); ++i) {
      const Vec2 a = points[i], b = points[(i + 1) % points.size()];
      const Vec2 a_in = shifted(a, -pixel / 2), b_in = shifted(b, -pixel / 2);
      const Vec2 a_out = shifted(a, pixel / 2), b_out = shifted(b, pixel / 2);
      for (const MeshVertex& v :
           {MeshVertex{middle.x, middle.y, solid}, MeshVertex{a_in.x, a_in.y, solid}, MeshVertex{b_in.x, b_in.y, solid},
            MeshVertex{a_in.x, a_in.y, solid}, MeshVertex{a_out.x, a_out.y, faded}, MeshVertex{b_in.x, b_in.y, solid},
            MeshVertex{b_in.x, b_in.y, solid}, MeshVertex{a_out.x, a_out.y, faded},
            MeshVertex{b_out.x, b_out.y, faded}}) {
        mesh.add(v);
      }
    }
    // A run counts instances; of triangles these are corners.
    for (std::size_t i = first; i < mesh.size(); ++i) planner.place(kMesh, i, around(low, high, pixel), clip());
  }

  void add(const draw::Image& image) {
    if (image.cols <= 0 || image.rows <= 0) return;
    if (image.rgba.size() < std::size_t(image.cols) * std::size_t(image.rows)) return;
    planner.place(kImage, images.size(), image.rect, clip());
    images.push_back({&image});
  }

  void add(const draw::Text&) { ++skipped_texts; }

  void add(const draw::PushClip& push) {
    const Rect rect = nesting.empty() ? push.rect : intersection(clips[std::size_t(nesting.back())], push.rect);
    clips.push_back(rect);
    nesting.push_back(int(clips.size()) - 1);
  }

  void add(const draw::PopClip&) {
    if (!nesting.empty()) nesting.pop_back();
  }

  // A run of lines filled by the processor and laid over what is there; the order of painting stays the same.
  void draw_lines(const Run& run, const ViewState& view) {
    raster.begin(int(view.width), int(view.height));
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      const EdgeInstance& e = edges[i];
      const auto unit = [](std::uint8_t byte) { return float(byte) / 255.0f; };
      raster.add({(e.ax - view.x) * view.scale, (e.ay - view.y) * view.scale, (e.bx - view.x) * view.scale,
                  (e.by - view.y) * view.scale, e.width * view.scale, e.round_caps > 0.5f, unit(e.color.r),
                  unit(e.color.g), unit(e.color.b), unit(e.color.a)});
    }
    const LineRaster::Result& drawn = raster.finish();
    if (drawn.empty()) return;
    glBindTexture(GL_TEXTURE_2D, layer.create());
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, drawn.width, drawn.height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 drawn.rgba.data());
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    const ViewState pixels{0, 0, 1, view.width, view.height};
    quad.draw(pixels, layer.id(), float(drawn.x), float(drawn.y), float(drawn.x + drawn.width),
              float(drawn.y + drawn.height), true);
  }

  void draw(const Run& run, const ViewState& view) {
    ++draw_calls;
    if (run.kind == kEdge && processor_lines && worth_a_layer(edges, run, view)) return draw_lines(run, view);
    switch (run.kind) {
      case kCircle:
        circles.draw(view, run.first, run.count);
        return;
      case kEdge:
        edges.draw(view, run.first, run.count);
        return;
      case kCell:
        cells.draw(view, run.first, run.count);
        return;
      case kArc:
        arcs.draw(view, run.first, run.count);
        return;
      case kMesh:
        mesh.draw(view, run.first, run.count);
        return;
      case kImage:
        break;
      case kKinds:
        return;
    }
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      const dropscope::draw::Image& image = *images[i].image;
      const unsigned texture = textures.texture(image.rgba.data(), image.cols, image.rows, image.smooth);
      quad.draw(view, texture, image.rect.min.x, image.rect.min.y, image.rect.max.x, image.rect.max.y);
    }
  }

  void set_clip(int index, const ViewState& view) {
    if (index < 0) {
      glDisable(GL_SCISSOR_TEST);
      return;
    }
    const Rect& rect = clips[std::size_t(index)];
    const auto edge_px = [&](float value, float origin) { return int(std::lround((value - origin) * view.scale)); };
    const int x0 = edge_px(rect.min.x, view.x), y0 = edge_px(rect.min.y, view.y);
    const int x1 = edge_px(rect.max.x, view.x), y1 = edge_px(rect.max.y, view.y);
    glEnable(GL_SCISSOR_TEST);
    // Rows go down in the target, so its row 0 is OpenGL's row 0 too.
    glScissor(x0, y0, std::max(0, x1 - x0), std::max(0, y1 - y0));
  }
};

GlPainter::GlPainter(Lines lines) : parts_(std::make_unique<Parts>()) {
  parts_->processor_lines = lines == Lines::Processor || (lines == Lines::Automatic && query_gl_facts().software);
}
GlPainter::~GlPainter() = default;
int GlPainter::draw_calls() const { return parts_->draw_calls; }
int GlPainter::skipped_texts() const { return parts_->skipped_texts; }

void GlPainter::paint(const DisplayList& list, int width, int height, Vec2 origin, float scale) {
  Parts& parts = *parts_;
  parts.clear();
  parts.pixel = scale > 0 ? 1 / scale : 1;
  for (const draw::Item& item : list.items) {
    std::visit([&parts](const auto& value) { parts.add(value); }, item);
  }
  parts.circles.upload();
  parts.edges.upload();
  parts.cells.upload();
  parts.arcs.upload();
  parts.mesh.upload();
  glEnable(GL_BLEND);
  glBlendEquation(GL_FUNC_ADD);
  glBlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);  // the shaders give premultiplied colours
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_CULL_FACE);
  const ViewState view{origin.x, origin.y, scale, float(width), float(height)};
  for (const Run& run : parts.planner.finish()) {
    parts.set_clip(run.clip, view);
    parts.draw(run, view);
  }
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_BLEND);
  parts.textures.end_frame();
}

}  // namespace dropscope
