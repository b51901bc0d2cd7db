#include "src/impact/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace prumo::impact {
namespace {

/// The least value that at least that share of `count` sorted values do not exceed: nearest rank.
std::size_t rank_of(double share, std::size_t count) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(count)));
  return std::min(std::max<std::size_t>(rank, 1), count) - 1;
}

/// Counts requests as they are handed in; `finish` then knows the percentiles.
class Tally {
 public:
  Tally(Duration span, Duration service_level) : service_level_(service_level) { out_.span = span; }

  void due(const Request& r) {
    ++out_.offered;
    if (r.outcome == Outcome::kRefused) ++out_.refused;
    if (r.outcome == Outcome::kUnanswered) ++out_.unanswered;
    if (!r.answered() || r.response_time() > service_level_) ++out_.over;
    if (r.answered()) answered_.push_back(r.response_time());
  }
  void came() { ++out_.came; }

  Statistics finish() {
    std::sort(answered_.begin(), answered_.end());
    if (!answered_.empty()) {
      const Duration sum = std::accumulate(answered_.begin(), answered_.end(), Duration{0});
      out_.mean_answered = sum / static_cast<Duration::rep>(answered_.size());
      out_.longest_answered = answered_.back();
    }
    const auto at = [&](double share) -> std::optional<Duration> {
      if (out_.offered == 0) return std::nullopt;
      const std::size_t rank = rank_of(share, out_.offered);
      return rank < answered_.size() ? std::optional(answered_[rank]) : std::nullopt;
    };
    out_.response_time = {at(0.50), at(0.95), at(0.99), at(1)};
    return out_;
  }

 private:
  Duration service_level_;
  std::vector<Duration> answered_;
  Statistics out_;
};

}  // namespace

Statistics statistics_of(const std::vector<Request>& requests, Window window,
                         Duration service_level) {
  Tally tally(window.span(), service_level);
  for (const Request& r : requests) {
    if (window.contains(r.due)) tally.due(r);
    if (r.answered() && window.contains(r.ended)) tally.came();
  }
  return tally.finish();
}

std::optional<Silence> longest_silence(const std::vector<Request>& requests, Window within) {
  std::vector<Duration> answers;
  Duration last_due{0};
  for (const Request& r : requests) {
    last_due = std::max(last_due, r.due);
    if (r.answered()) answers.push_back(r.ended);
  }
  if (answers.empty()) return std::nullopt;
  std::sort(answers.begin(), answers.end());
  std::optional<Silence> longest;
  const auto consider = [&](Window gap, bool ended) {
    const bool overlaps = gap.begin < within.end && gap.end > within.begin;
    if (overlaps && (!longest || gap.span() > longest->window.span()))
      longest = Silence{gap, 0, 0, ended};
  };
  for (std::size_t i = 1; i < answers.size(); ++i) consider({answers[i - 1], answers[i]}, true);
  if (last_due > answers.back()) consider({answers.back(), last_due}, false);
  if (!longest) return std::nullopt;
  for (const Request& r : requests) {
    if (!longest->window.contains(r.due)) continue;
    ++longest->due;
    if (!r.answered()) ++longest->lost;
  }
  return longest;
}

std::vector<Statistics> series_of(const std::vector<Request>& requests, Window window,
                                  std::size_t count, Duration service_level) {
  const double step = seconds(window.span()) / static_cast<double>(count);
  std::vector<Tally> tallies(count, Tally(Duration(std::llround(step * 1e6)), service_level));
  const auto at = [&](Duration t) -> Tally* {
    if (!window.contains(t)) return nullptr;
    const auto index = static_cast<std::size_t>(seconds(t - window.begin) / step);
    return &tallies[std::min(index, count - 1)];
  };
  for (const Request& r : requests) {
    if (Tally* tally = at(r.due)) tally->due(r);
    if (Tally* tally = r.answered() ? at(r.ended) : nullptr) tally->came();
  }
  std::vector<Statistics> out;
  out.reserve(count);
  for (Tally& tally : tallies) out.push_back(tally.finish());
  return out;
}

Punctuality punctuality_of(const std::vector<Request>& requests) {
  std::vector<Duration> lags;
  lags.reserve(requests.size());
  for (const Request& r : requests) lags.push_back(r.lag());
  if (lags.empty()) return {};
  std::sort(lags.begin(), lags.end());
  return {lags[rank_of(0.99, lags.size())], lags.back()};
}

}  // namespace prumo::impact
