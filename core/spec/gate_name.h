// What a gate of a site is called, the same on pins, cards and in messages.
#pragma once
#include <string>

#include "core/spec/site.h"
#include "core/tensor/axes.h"

namespace dropscope {

// To follow a site's name: ", map 2, row 3", the axes along which gates differ, counted from 1. Elements that share
// their gate along `tie` have one name; ": its branch" or ": all at once" where there is only one gate for all.
// `shape`: of the site for one example. `element` < shape.count().
std::string gate_name(SiteKind kind, const Shape& shape, AxisSet tie, std::size_t element);

}  // namespace dropscope
