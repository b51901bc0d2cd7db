#include "src/probe/prober.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>

namespace prumo::probe {
namespace {

constexpr Duration kLongestWait = 20ms;  // so that the end of the run is noticed
constexpr std::size_t kMostErrors = 20;  // kinds that are told apart
constexpr int kMostAtOnce = 64;          // sent before answers are looked at again

Duration clock_now() {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

Prober::Prober(std::unique_ptr<Probe> probe, Load load)
    : probe_(std::move(probe)),
      load_(load),
      schedule_(load.rate),
      begin_(clock_now()),
      stop_us_(Duration::max().count()),
      thread_([this] { work(); }) {}

Prober::~Prober() {
  if (thread_.joinable()) static_cast<void>(finish());
}

Duration Prober::now() const { return clock_now() - begin_; }

Record Prober::finish() {
  const Duration stop = now();
  stop_us_ = stop.count() + 1;
  thread_.join();
  record_.span = stop;
  return std::move(record_);
}

void Prober::work() {
  const OnEnd on_end = [this](RequestNumber number, const std::string& error) {
    ended(number, error);
  };
  for (;;) {
    send_what_is_due();
    const Duration next = schedule_.due(record_.requests.size());
    const bool sending = next.count() < stop_us_;
    if (!sending && oldest_ == record_.requests.size()) return;
    const Duration wake = now() + kLongestWait;
    probe_->wait((sending ? std::min(wake, next) : wake) - now(), on_end);
    give_up_what_is_late();
  }
}

void Prober::send_what_is_due() {
  for (int sent = 0; sent < kMostAtOnce; ++sent) {
    const std::size_t number = record_.requests.size();
    const Duration due = schedule_.due(number);
    const Duration at = now();
    if (due > at || due.count() >= stop_us_) return;
    record_.requests.push_back({due, at, at, impact::Outcome::kUnanswered});
    over_.push_back(false);
    if (const auto begun = probe_->send(number); !begun) ended(number, begun.error().message);
  }
}

void Prober::ended(RequestNumber number, const std::string& error) {
  impact::Request& request = record_.requests[number];
  request.ended = now();
  request.outcome = error.empty() ? impact::Outcome::kAnswered : impact::Outcome::kRefused;
  over_[number] = true;
  if (error.empty()) return;
  const bool known = record_.errors.contains(error);
  ++record_.errors[known || record_.errors.size() < kMostErrors ? error : "other errors"];
}

void Prober::give_up_what_is_late() {
  const Duration at = now();
  for (; oldest_ < record_.requests.size(); ++oldest_) {
    if (over_[oldest_]) continue;
    impact::Request& request = record_.requests[oldest_];
    if (at - request.due < load_.patience) return;
    probe_->give_up(oldest_);
    request.ended = at;
    over_[oldest_] = true;
  }
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace prumo::probe
