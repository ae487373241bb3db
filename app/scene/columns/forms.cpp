#include "app/scene/columns/form.h"

namespace dropscope {

#define DROPSCOPE_FORM(name) extern const ColumnForm k##name##Form;
#include "app/scene/columns/forms.def"
#undef DROPSCOPE_FORM

std::span<const ColumnForm* const> all_forms() {
#define DROPSCOPE_FORM(name) &k##name##Form,
  static constexpr const ColumnForm* forms[] = {
#include "app/scene/columns/forms.def"
      nullptr};
#undef DROPSCOPE_FORM
  return std::span(forms).first(std::size(forms) - 1);
}

const ColumnForm* form_of(const Snapshot& snapshot, std::size_t layer) {
  for (const ColumnForm* form : all_forms())
    if (form->fits(snapshot, layer)) return form;
  return nullptr;
}

}  // namespace dropscope
