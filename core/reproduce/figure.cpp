#include "core/reproduce/figure.h"

#include <cmath>

#include "core/base/check.h"
#include "core/base/names.h"

namespace dropscope {

#define FIGURE(Name) extern const Figure k##Name##Figure;
#include "core/reproduce/figures.def"
#undef FIGURE

std::span<const Figure* const> all_figures() {
  static constexpr const Figure* table[] = {
#define FIGURE(Name) &k##Name##Figure,
#include "core/reproduce/figures.def"
#undef FIGURE
  };
  return table;
}

const Figure* find_figure(std::string_view id) {
  for (const Figure* figure : all_figures())
    if (id == figure->id) return figure;
  return nullptr;
}

const Figure& figure_or_throw(std::string_view id, const std::string& where) {
  if (const Figure* figure = find_figure(id)) return *figure;
  std::vector<const char*> ids;
  for (const Figure* figure : all_figures()) ids.push_back(figure->id);
  throw InputError(where, expected_one_of(id, ids), id.empty() ? "nothing" : "'" + std::string(id.substr(0, 60)) + "'");
}

MeasuredRow judge(const FigureRow& row, std::vector<double> values, bool shortened) {
  MeasuredRow measured{row, std::move(values), 0, std::nullopt, Verdict::NotJudged};
  const double n = double(measured.values.size());
  for (double v : measured.values) measured.mean += v / n;
  if (measured.values.size() > 1) {
    double squares = 0;
    for (double v : measured.values) squares += (v - measured.mean) * (v - measured.mean);
    measured.spread = std::sqrt(squares / (n - 1));
  }
  if (row.judged() && !shortened)
    measured.verdict = measured.mean >= row.lo && measured.mean <= row.hi ? Verdict::Agrees : Verdict::Differs;
  return measured;
}

std::vector<MeasuredRow> reproduce(const Figure& figure, const Circumstances& given, int seeds) {
  DROPSCOPE_CHECK(seeds >= 1);
  if (figure.needs_data && given.data.empty())
    throw InputError(std::string("reproduce ") + figure.id,
                     "--data FOLDER with train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                     "t10k-labels-idx1-ubyte (as they are or with .gz)",
                     "none");
  const std::vector<FigureRow> rows = figure.rows();
  std::vector<std::vector<double>> values(rows.size());
  for (int seed = 1; seed <= seeds; ++seed) {
    const std::vector<double> one = figure.measure(given, std::uint64_t(seed));
    DROPSCOPE_CHECK(one.size() == rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) values[r].push_back(one[r]);
  }
  std::vector<MeasuredRow> measured;
  for (std::size_t r = 0; r < rows.size(); ++r) measured.push_back(judge(rows[r], std::move(values[r]), given.quick));
  return measured;
}

}  // namespace dropscope
