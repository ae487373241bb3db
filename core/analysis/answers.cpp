#include "core/analysis/answers.h"

#include <cmath>

#include "core/base/check.h"
#include "core/train/evaluator.h"

namespace dropscope {
namespace {

constexpr int kChunk = 64;  // passes that run as one batch

}  // namespace

std::vector<float> ask_with_masks(const Model<float>& model, std::span<const float> x, std::uint64_t seed,
                                  std::int64_t first, int count, bool classify, Parallel* parallel) {
  std::vector<std::uint32_t> places;
  for (const SiteInfo& site : model.network.sites()) places.push_back(site_place(site.name));
  const std::size_t outputs = model.network.layer(model.network.layer_count() - 1).output_shape(1).count();
  std::vector<float> answers(std::size_t(count) * outputs);
  const int chunks = (count + kChunk - 1) / kChunk;
  spread(chunks > 1 ? parallel : nullptr, [&](int part, int parts) {
    const Range range = part_of(chunks, part, parts);
    Tape<float> tape = model.network.make_tape();
    for (int c = range.begin; c < range.end; ++c) {
      const int done = c * kChunk;
      const std::vector<float> rows = repeat_with_masks(model.network, model.params, model.plans, places, seed, x,
                                                        first + done, std::min(kChunk, count - done), classify, tape);
      std::copy(rows.begin(), rows.end(), answers.begin() + std::ptrdiff_t(std::size_t(done) * outputs));
    }
  });
  return answers;
}

std::vector<float> ask_scaled(const Model<float>& model, std::span<const float> x, std::size_t count, bool classify) {
  Tape<float> tape = model.network.make_tape();
  return predict(model.network, model.params, model.plans, x, count, classify, tape);
}

AnswerScore score_answers(std::span<const double> answers, const Split& split, std::size_t outputs, bool classify) {
  AnswerScore score;
  const bool classes = classify && !split.label.empty();
  const std::size_t rows = answers.size() / outputs;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::span<const double> row = answers.subspan(r * outputs, outputs);
    const std::int32_t label = split.label.empty() ? -1 : split.label[r];
    if (label < 0 && (classes || split.target.empty())) continue;
    ++score.scored;
    if (label >= 0) score.wrong += std::max_element(row.begin(), row.end()) - row.begin() != label;
    if (classes) {
      score.total -= std::log(std::max(row[std::size_t(label)], double(std::numeric_limits<float>::min())));
      continue;
    }
    for (std::size_t k = 0; k < outputs; ++k) {
      const double target =
          split.target.empty() ? double(label == std::int32_t(k)) : double(split.target[r * outputs + k]);
      score.total += (row[k] - target) * (row[k] - target) / double(outputs);
    }
  }
  return score;
}

}  // namespace dropscope
