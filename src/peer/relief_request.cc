#include "src/peer/relief_request.h"

#include <algorithm>
#include <utility>

#include "src/peer/movable.h"

namespace prumo {
namespace {

constexpr std::uint32_t kSamplesBeforeAsking = 3;

}  // namespace

bool ReliefRequest::due(const Turn& turn, bool has_coordinator, const OwnHost& host, bool quiet,
                        std::optional<Instant> last_end) {
  const bool hot = host.samples() >= kSamplesBeforeAsking && host.persistently_overloaded() &&
                   host.healthy(turn.now);
  if (!hot) {
    wait_ = Duration{0};
    reason_.clear();
  }
  wanted_ = hot && quiet && has_coordinator;
  if (!wanted_) return false;
  // The smoothed figures still show the VM that has left: wait as long as a destination settles.
  if (last_end) next_ = std::max(next_, *last_end + effective_settle(turn.parameters));
  return turn.now >= next_;
}

void ReliefRequest::ask(Turn& turn, const HostId& coordinator, const OwnHost& host,
                        HostFigures figures) {
  number_ = number_.next();
  newest_ = Asked{number_, coordinator, turn.now};
  // Unanswered requests are not repeated before their answer would be too old to be obeyed.
  next_ =
      turn.now + std::max(turn.parameters.relief.order_freshness, turn.parameters.relief.backoff);
  turn.note(note::Requested{number_, coordinator});
  turn.send(coordinator, VmInfo{number_, std::move(figures), vm_figures(turn, host)},
            turn.now + turn.parameters.relief.order_freshness);
}

std::string ReliefRequest::take_answer(const Turn& turn, const HostId& from, Request request) {
  if (!newest_ || newest_->number != request || newest_->coordinator != from) {
    return "it does not answer the newest request";
  }
  const Instant asked = newest_->at;
  newest_.reset();
  if (turn.now - asked >= turn.parameters.relief.order_freshness)
    return "it answers a request too old";
  return {};
}

Duration ReliefRequest::back_off(const Turn& turn, const std::string& reason) {
  const ReliefParameters& p = turn.parameters.relief;
  wait_ = wait_ == Duration{0} ? p.backoff : std::min(wait_ * 2, p.backoff_most);
  next_ = turn.now + wait_;
  reason_ = reason.substr(0, 500);
  return wait_;
}

void ReliefRequest::forgive(const Turn& turn) {
  wait_ = Duration{0};
  reason_.clear();
  next_ = turn.now + turn.parameters.relief.backoff;
}

}  // namespace prumo
