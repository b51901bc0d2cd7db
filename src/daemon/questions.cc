#include "src/daemon/questions.h"

#include <utility>

namespace prumo::daemon {
namespace {

constexpr std::size_t kMost = 256;
/// Less than a client's own patience, so that it hears why.
constexpr Duration kQuestionPatience = 1500ms;

}  // namespace

std::uint64_t Questions::put(Instant now, Done done) {
  if (waiting_.size() >= kMost)
    answer({waiting_.begin()->first, false, "too many questions wait for the disk"});
  waiting_.emplace(++last_, Waiting{now + kQuestionPatience, std::move(done)});
  return last_;
}

void Questions::answer(const Verdict& verdict) {
  const auto it = waiting_.find(verdict.question);
  if (it == waiting_.end()) return;
  const Done done = std::move(it->second.done);
  waiting_.erase(it);
  done(verdict);
}

void Questions::expire(Instant now) {
  while (!waiting_.empty() && now >= waiting_.begin()->second.until)
    answer({waiting_.begin()->first, false, "not stored yet: the disk does not answer"});
}

Instant Questions::next_deadline() const {
  return waiting_.empty() ? Instant::never() : waiting_.begin()->second.until;
}

}  // namespace prumo::daemon
