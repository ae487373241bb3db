#include "core/session/member_pool.h"

#include <algorithm>
#include <limits>

#include "core/base/check.h"

namespace dropscope {
namespace {

// Finished members are kept ready to train on while all of them together take no more than this.
constexpr std::size_t kMostKept = std::size_t{256} << 20;
constexpr std::size_t kArrays = 6;  // of a trainer that are as long as its parameters

bool same_examples(const Split& a, const Split& b) {
  return a.count == b.count && a.x == b.x && a.label == b.label && a.target == b.target;
}
// Generated data are made anew with every reset, files may have changed meanwhile.
bool same_data(const Dataset& a, const Dataset& b) {
  return &a == &b || (same_examples(a.train, b.train) && same_examples(a.validation, b.validation));
}

// Up to which tick both are one: there the first setting comes that the other has not.
std::int64_t same_until(const std::vector<SettingAt>& a, const std::vector<SettingAt>& b) {
  const auto [at, bt] = std::ranges::mismatch(a, b);
  constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
  return std::min(at == a.end() ? kEnd : at->tick, bt == b.end() ? kEnd : bt->tick);
}

}  // namespace

void MemberPool::turn_to(const FrozenRun& run) {
  Course course = member_course(run.course);
  const bool same_run = data_ && course.start == course_.start && same_data(*data_, *run.data);
  const std::int64_t until = same_run ? same_until(course.settings, course_.settings) : -1;
  const bool showed_old = shows(shown_), showed_growing = shows(growing_);
  const std::int64_t old = shown_.tick, growing = growing_.tick;
  course_ = std::move(course);
  if (!same_run) data_ = run.data;
  tick_ = run.tick;
  for (Set* set : {&shown_, &growing_})
    if (set->tick > until) *set = {};
  for (std::unique_ptr<MemberTraining>& training : training_)
    if (training && training->tick() > until)
      training.reset();
    else if (training)
      training->turn_to(course_);
  if (shows(shown_) != showed_old || shows(growing_) != showed_growing || shown_.tick != old ||
      growing_.tick != growing)
    ++revision_;
}

std::size_t MemberPool::count(const Set& set, std::size_t most) const {
  return shows(set) ? std::min(most, set.members.size()) : 0;
}

bool MemberPool::complete(int wanted) const {
  return growing_.tick == tick_ && growing_.members.size() >= std::size_t(wanted);
}

std::span<const Member> MemberPool::members(int wanted) const {
  const std::size_t old = count(shown_, std::size_t(wanted)), grown = count(growing_, std::size_t(wanted));
  return grown >= old ? std::span(growing_.members).first(grown) : std::span(shown_.members).first(old);
}

double MemberPool::share(int wanted) const {
  if (growing_.tick <= 0) return 0;
  double done = 0;
  for (std::size_t m = 0; m < std::size_t(wanted); ++m)
    if (m < growing_.members.size())
      done += 1;
    else if (m < training_.size() && training_[m])
      done += std::min(1.0, double(training_[m]->tick()) / double(growing_.tick));
  return done / wanted;
}

int MemberPool::next(int wanted) {
  DROPSCOPE_CHECK(!complete(wanted));
  const std::size_t done = growing_.members.size();
  if (growing_.tick < 0 || tick_ < growing_.tick || (tick_ > growing_.tick && done >= std::size_t(wanted))) {
    if (done >= shown_.members.size()) shown_ = std::move(growing_);
    growing_ = {tick_, {}};
  }
  return int(growing_.members.size());
}

MemberPool::Outcome MemberPool::train_next(int wanted, const TrialHooks& hooks) {
  const std::size_t member = std::size_t(next(wanted));
  training_.resize(std::max(training_.size(), member + 1));
  std::unique_ptr<MemberTraining>& training = training_[member];
  if (!training || training->tick() > growing_.tick)
    training = std::make_unique<MemberTraining>(course_, int(member), data_);
  if (!training->train_to(growing_.tick, hooks)) return training->diverged() ? Outcome::Diverged : Outcome::GivenUp;
  growing_.members.push_back(training->member());
  ++revision_;
  const std::size_t each = kArrays * sizeof(float) * growing_.members.back().params.size();
  if (each * std::size_t(wanted) > kMostKept) training.reset();
  return Outcome::Trained;
}

}  // namespace dropscope
