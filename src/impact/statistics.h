#pragma once
// What became of the requests of a span of time. A request belongs to the span in which it was
// due; an answer counts for the throughput of the span in which it came.

#include <array>
#include <optional>
#include <vector>

#include "src/impact/request.h"

namespace prumo::impact {

/// Response times below which that share of all requests stayed. Requests that got no answer count
/// as slower than every other; where one of them decides, there is no value.
struct Percentiles {
  std::optional<Duration> p50;
  std::optional<Duration> p95;
  std::optional<Duration> p99;
  std::optional<Duration> most;
};

struct Statistics {
  Duration span{0};
  std::uint64_t offered = 0;  ///< requests that were due
  std::uint64_t refused = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t over = 0;  ///< slower than the service level, or without an answer
  std::uint64_t came = 0;  ///< answers that arrived, also to earlier requests
  Percentiles response_time;
  Duration longest_answered{0};  ///< of those that got an answer, as the next
  Duration mean_answered{0};

  [[nodiscard]] double offered_per_s() const { return per_second(offered); }
  [[nodiscard]] double throughput_per_s() const { return per_second(came); }
  [[nodiscard]] double over_share() const { return share(over); }
  [[nodiscard]] double failed_share() const { return share(refused + unanswered); }

 private:
  [[nodiscard]] double per_second(std::uint64_t count) const {
    return span.count() > 0 ? static_cast<double>(count) / seconds(span) : 0;
  }
  [[nodiscard]] double share(std::uint64_t count) const {
    return offered > 0 ? static_cast<double>(count) / static_cast<double>(offered) : 0;
  }
};

[[nodiscard]] Statistics statistics_of(const std::vector<Request>&, Window, Duration service_level);

/// The longest time without an answer while the service was asked: downtime as seen from outside,
/// too long by at most the distance of two requests.
struct Silence {
  Window window;
  std::uint64_t due = 0;   ///< requests that were due in it
  std::uint64_t lost = 0;  ///< of these, how many never got an answer
  bool ended = false;      ///< false: no answer came any more
};
/// Of the silences that overlap `within`. Nothing: no request was made, or none ever answered.
[[nodiscard]] std::optional<Silence> longest_silence(const std::vector<Request>&, Window within);

/// The run cut into `count` equal spans, for a picture of it. Requires: count above 0.
[[nodiscard]] std::vector<Statistics> series_of(const std::vector<Request>&, Window,
                                                std::size_t count, Duration service_level);

/// How late the prober itself was: its figures are the service's only while this is small.
struct Punctuality {
  Duration p99{0};
  Duration most{0};
};
[[nodiscard]] Punctuality punctuality_of(const std::vector<Request>&);

}  // namespace prumo::impact
