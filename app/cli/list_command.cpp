// dropscope list: what variants, data sets and scenarios there are.
#include "app/cli/commands.h"
#include "app/cli/console.h"
#include "app/cli/facts.h"
#include "app/cli/json_text.h"
#include "core/base/check.h"
#include "core/base/names.h"
#include "core/spec/fields.h"

namespace dropscope::cli {
namespace {

struct ValueText {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(double number) const { return real_text(number); }
  std::string operator()(const std::vector<std::string>& list) const {
    std::string text;
    for (const std::string& item : list) text += (text.empty() ? "" : ", ") + item;
    return text.empty() ? "none" : text;
  }
};

// The id on a line of its own, the other facts indented below it.
std::string facts_text(const std::vector<Facts>& all) {
  std::string text;
  for (const Facts& facts : all) {
    text += (text.empty() ? "" : "\n") + std::visit(ValueText{}, facts.front().value) + "\n";
    for (std::size_t i = 1; i < facts.size(); ++i) {
      std::string name = facts[i].name;
      for (char& c : name) c = c == '_' ? ' ' : c;
      name.resize(15, ' ');
      text += "  " + name + std::visit(ValueText{}, facts[i].value) + "\n";
    }
  }
  return text;
}

}  // namespace

int run_list_command(const ListWords& words) {
  if (words.what == "variants") {
    print(words.json ? variants_json() : facts_text(variant_facts()));
  } else if (words.what == "datasets") {
    print(words.json ? datasets_json() : facts_text(dataset_facts()));
  } else if (words.what == "scenarios") {
    print(words.json ? scenarios_json() : facts_text(scenario_facts()));
  } else {
    static constexpr const char* kLists[] = {"variants", "datasets", "scenarios"};
    throw InputError("list", expected_one_of(words.what, kLists),
                     words.what.empty() ? "nothing" : "'" + words.what + "'");
  }
  return kFine;
}

}  // namespace dropscope::cli
