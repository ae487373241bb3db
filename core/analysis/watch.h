// What a long analysis is watched by: whether it is to go on, and who hears how far it is.
#pragma once
#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace dropscope {

// Made of what says true to end the analysis early, which is asked often; or of nothing.
class Watch {
 public:
  Watch() = default;
  template <class GiveUp>
    requires std::is_invocable_r_v<bool, GiveUp> && (!std::same_as<std::remove_cvref_t<GiveUp>, Watch>)
  Watch(GiveUp&& give_up) : give_up_(std::forward<GiveUp>(give_up)) {}
  Watch(std::function<bool()> give_up, std::function<void(double)> hear)
      : give_up_(std::move(give_up)), hear_(std::move(hear)) {}

  bool gives_up() const { return give_up_ && give_up_(); }
  // Says that this share of the whole is done, 0 .. 1.
  void done(double share) const {
    if (hear_) hear_(from_ + (to_ - from_) * share);
  }
  // For a part of the analysis: its whole is from .. to of this one's.
  Watch part(double from, double to) const {
    Watch inner = *this;
    inner.from_ = from_ + (to_ - from_) * from;
    inner.to_ = from_ + (to_ - from_) * to;
    return inner;
  }

 private:
  std::function<bool()> give_up_;
  std::function<void(double)> hear_;
  double from_ = 0, to_ = 1;
};

}  // namespace dropscope
