#include "src/probe/saturation.h"

#include <algorithm>
#include <thread>

#include "src/impact/statistics.h"
#include "src/probe/prober.h"
#include "src/probe/trivial_server.h"

namespace prumo::probe {
namespace {

constexpr Duration kTrial = 500ms;
constexpr Duration kLate = 5ms;
constexpr int kAttempts = 4;  // another process may have had the core just then
constexpr int kRefinements = 3;

class Trials {
 public:
  explicit Trials(Target target) : target_(std::move(target)) {}

  bool kept(double rate) const {
    for (int i = 0; i < kAttempts; ++i)
      if (kept_once(rate)) return true;
    return false;
  }

 private:
  bool kept_once(double rate) const {
    auto probe = make_probe(target_);
    if (!probe) return false;
    Prober prober(std::move(*probe), {rate, 1s});
    std::this_thread::sleep_for(kTrial);
    const Record record = prober.finish();
    const auto all = impact::statistics_of(record.requests, {Duration{0}, kTrial}, 1s);
    return impact::punctuality_of(record.requests).p99 <= kLate && all.failed_share() == 0;
  }

  Target target_;
};

}  // namespace

Result<Saturation> saturation_of(Protocol protocol, double least, double most) {
  std::string url = "true";
  std::unique_ptr<TrivialServer> server;
  if (protocol != Protocol::kCommand) {
    auto serving = serve_trivially(protocol);
    if (!serving) return tl::unexpected(serving.error());
    server = std::move(*serving);
    url = server->url();
  }
  const Trials trials(*parse_target(url));
  Saturation out;
  double failed = 0;
  for (double rate = std::min(least, most); failed == 0 && out.kept_per_s < most;
       rate = std::min(2 * rate, most)) {
    if (trials.kept(rate))
      out.kept_per_s = rate;
    else
      failed = rate;
  }
  if (failed == 0) return out;
  out.reached = true;
  double kept = out.kept_per_s;
  for (int i = 0; i < kRefinements && kept > 0; ++i) {
    const double middle = (kept + failed) / 2;
    (trials.kept(middle) ? kept : failed) = middle;
  }
  out.kept_per_s = kept;
  return out;
}

}  // namespace prumo::probe
