// What tests ask of display lists: where things are, which texts they hold, whether texts cover each other.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "app/scene/display_list.h"

namespace dropscope {

// Every sign is as wide as most are in Inter; a little wider, so that what fits here fits on the screen.
class FixedMeasure : public TextMeasure {
 public:
  float width(const std::string& text, float size, Face face) const override {
    const auto signs = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return float(signs) * size * (face == Face::Regular ? 0.56f : 0.61f);
  }
};

struct PlacedText {
  std::string text;
  Rect rect;  // as high as capitals and short descenders
  float size = 0;
};

inline std::vector<PlacedText> placed_texts(const DisplayList& list, const TextMeasure& measure) {
  std::vector<PlacedText> texts;
  for (const draw::Item& item : list.items) {
    const auto* t = std::get_if<draw::Text>(&item);
    if (!t) continue;
    const float width = measure.width(t->text, t->size, t->face);
    const float left = t->at.x - (t->h == HAlign::Left ? 0 : t->h == HAlign::Center ? width / 2 : width);
    const float middle = t->at.y + t->size * (t->v == VAlign::Top      ? 0.6f
                                              : t->v == VAlign::Middle ? 0.0f
                                              : t->v == VAlign::Bottom ? -0.6f
                                                                       : -0.36f);
    texts.push_back({t->text, {{left, middle - 0.42f * t->size}, {left + width, middle + 0.5f * t->size}}, t->size});
  }
  return texts;
}

inline bool overlap(const Rect& a, const Rect& b, float slack = 0) {
  return a.min.x < b.max.x - slack && b.min.x < a.max.x - slack && a.min.y < b.max.y - slack &&
         b.min.y < a.max.y - slack;
}

inline bool inside(const Rect& inner, const Rect& outer, float slack = 0.5f) {
  return inner.min.x >= outer.min.x - slack && inner.max.x <= outer.max.x + slack &&
         inner.min.y >= outer.min.y - slack && inner.max.y <= outer.max.y + slack;
}

// The first two texts that cover each other, for a message; empty where none do.
inline std::string first_collision(const std::vector<PlacedText>& texts) {
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t k = i + 1; k < texts.size(); ++k)
      if (overlap(texts[i].rect, texts[k].rect, 0.5f)) return "\"" + texts[i].text + "\" and \"" + texts[k].text + "\"";
  return "";
}

// The first text that leaves `area`; empty where none does.
inline std::string first_outside(const std::vector<PlacedText>& texts, Rect area) {
  for (const PlacedText& text : texts)
    if (!inside(text.rect, area, 1.5f)) return text.text;
  return "";
}

inline bool has_text(const DisplayList& list, const std::string& part) {
  return std::any_of(list.items.begin(), list.items.end(), [&](const draw::Item& item) {
    const auto* t = std::get_if<draw::Text>(&item);
    return t && t->text.find(part) != std::string::npos;
  });
}

template <class T>
std::vector<T> all_of_kind(const DisplayList& list) {
  std::vector<T> found;
  for (const draw::Item& item : list.items)
    if (const T* one = std::get_if<T>(&item)) found.push_back(*one);
  return found;
}

}  // namespace dropscope
