#include "app/scene/answers/sheet.h"

namespace dropscope {

#define DROPSCOPE_SHEET(name) extern const AnswerSheet k##name##Sheet;
#include "app/scene/answers/answers.def"
#undef DROPSCOPE_SHEET

std::span<const AnswerSheet* const> all_sheets() {
#define DROPSCOPE_SHEET(name) &k##name##Sheet,
  static constexpr const AnswerSheet* sheets[] = {
#include "app/scene/answers/answers.def"
      nullptr};
#undef DROPSCOPE_SHEET
  return std::span(sheets).first(std::size(sheets) - 1);
}

const AnswerSheet* sheet_of(EnsembleTopic topic) {
  for (const AnswerSheet* sheet : all_sheets())
    if (sheet->topic == topic) return sheet;
  return nullptr;
}

}  // namespace dropscope
