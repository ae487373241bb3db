// Every variant the program knows, in teaching order (variants.def).
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/dropout/variant.h"

namespace dropscope {

std::span<const Variant* const> all_variants();

// Null where there is none of that id.
const Variant* find_variant(std::string_view id);

// Throws InputError with the near ids; `where` names the source of the id.
const Variant& variant_or_throw(std::string_view id, const std::string& where);

// How many learned values a site of this kind must have room for: the most that any variant for it learns.
int learned_slots(SiteKind kind);

}  // namespace dropscope
