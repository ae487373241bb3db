#include "core/data/batcher.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/random/uniforms.h"

namespace dropscope {

Batcher::Batcher(std::uint64_t seed, std::size_t examples, std::size_t batch) : seed_(seed), order_(examples) {
  DROPSCOPE_CHECK(examples >= 1 && batch >= 1);
  batch_ = std::min(batch, examples);
  ticks_per_epoch_ = std::int64_t((examples + batch_ - 1) / batch_);
}

std::span<const std::uint32_t> Batcher::batch(std::int64_t tick) {
  const std::int64_t epoch = tick / ticks_per_epoch_;
  if (epoch != epoch_) {
    shuffle(order_, Uniforms({seed_, 0, std::uint32_t(epoch)}, Stream::Shuffle));
    epoch_ = epoch;
  }
  const std::size_t begin = std::size_t(tick % ticks_per_epoch_) * batch_;
  return std::span<const std::uint32_t>(order_).subspan(begin, std::min(batch_, order_.size() - begin));
}

}  // namespace dropscope
