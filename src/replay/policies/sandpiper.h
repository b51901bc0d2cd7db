#pragma once
// Sandpiper (Wood et al. 2007), our reading of the rule: a host is overloaded when k of its last n
// samples and the forecast of the next one exceed the limit; of its VMs the one with the highest
// volume per MiB of image moves first.
//
// What we chose where it is left open: k = 3 and n = 5; the forecast is autoregressive of first
// order over the last 20 samples; the limit is `overload`, on any resource, of samples that are not
// smoothed; each VM goes to the host of the lowest volume that stays at most the target with it;
// VMs leave until the host is at most the target, and what can be had is taken when that can't be
// reached; no two VMs are swapped.

#include <deque>
#include <vector>

#include "policy/parameters.h"
#include "src/replay/policy.h"

namespace prumo::replay {

class Sandpiper final : public Policy {
 public:
  explicit Sandpiper(const policy::Parameters& parameters) : parameters_(parameters) {}
  std::vector<Proposal> decide(const View&) override;

 private:
  using History = std::deque<Utilisation>;
  [[nodiscard]] bool hot(const History&) const;
  policy::Parameters parameters_;
  std::vector<History> history_;  ///< of each host, the newest last
};

/// The next value of a series: its mean, and of the newest distance from it the share that was left
/// from one value to the next so far. Requires: not empty.
[[nodiscard]] double forecast(const std::vector<double>& series);

}  // namespace prumo::replay
