#pragma once
// This host as its own readings show it. What a reading shows was true at some moment between its
// begin and its use: only one that was begun after the last had been used is known to be later, and
// no other says anything about domains. Usage is smoothed from the periodic samples alone [IME13
// §5.1]; a look in between updates who is here, not how busy they are.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "policy/sanity_gate.h"
#include "policy/smoothing.h"
#include "policy/snapshot.h"
#include "src/peer/parameters.h"
#include "src/peer/reading.h"

namespace prumo {

class OwnHost {
 public:
  explicit OwnHost(const Parameters&, Instant start);

  /// Takes the periodic look. Returns whether its domains count as evidence: the hypervisor
  /// answered, and no reading has been used since it was begun.
  bool sampled(const Reading&, Instant now);
  /// Takes a look in between; returns as `sampled`.
  bool observed(const Reading&, Instant now);

  [[nodiscard]] const std::map<VmId, Domain>& domains() const { return domains_; }
  [[nodiscard]] const Domain* find(const VmId&) const;
  /// It is here, and off.
  [[nodiscard]] bool off(const VmId&) const;
  [[nodiscard]] const Reading& last() const { return last_; }
  /// When the newest reading that counted was begun; the start when there was none.
  [[nodiscard]] Instant begun() const { return begun_; }
  /// A usable reading has been taken since the start.
  [[nodiscard]] bool looked() const { return looked_; }
  /// The hypervisor answered the newest reading, that reading is fresh, and nothing is doubted.
  [[nodiscard]] bool healthy(Instant now) const;
  /// When `healthy` becomes false unless another reading comes; never while it is false.
  [[nodiscard]] Instant stale_at() const;
  /// Why it is not healthy, where that is known: the hypervisor's words, or what is doubted.
  [[nodiscard]] const std::string& trouble() const {
    return trouble_.empty() ? gate_.why() : trouble_;
  }

  [[nodiscard]] const Resources& capacity() const { return capacity_; }
  [[nodiscard]] const Resources& measured() const { return measured_; }  ///< by the last sample
  [[nodiscard]] const Resources& usage() const { return smoother_.value(); }  ///< smoothed
  [[nodiscard]] Utilisation utilisation() const;                              ///< smoothed
  [[nodiscard]] double available_memory_mib() const { return available_memory_mib_; }
  [[nodiscard]] std::uint32_t samples() const;  ///< capped at 1,000
  /// The newest policy::kSamplesKept, oldest first.
  [[nodiscard]] const std::vector<Resources>& last_samples() const { return last_samples_; }
  /// Some smoothed utilisation is strictly above the limit.
  [[nodiscard]] bool overloaded() const { return !overload_reason_.empty(); }
  /// Overloaded for as many samples as `hold` asks for, and not by one odd sample alone.
  [[nodiscard]] bool persistently_overloaded() const;
  [[nodiscard]] bool above_target() const { return !above(target_).empty(); }
  /// "cpu 0.934 > 0.900", of the first resource above the overload limit; empty: none.
  [[nodiscard]] const std::string& overload_reason() const { return overload_reason_; }

 private:
  bool take(const Reading&, Instant now);
  void measure(const Reading&);
  void smooth_vms();
  [[nodiscard]] std::string above(double limit) const;

  policy::Smoother smoother_;
  std::vector<Resources> last_samples_;
  policy::SanityGate gate_;
  std::map<VmId, policy::Smoother> vm_smoothers_;  ///< with `vm_mu` only
  Resources measured_;
  std::uint32_t hot_for_ = 0;  ///< samples in a row above the limit
  policy::Parameters policy_;
  bool gated_;
  Duration sample_interval_;
  double overload_;
  double target_;
  Duration fresh_for_;
  Reading last_;
  std::map<VmId, Domain> domains_;
  Instant begun_;
  Instant used_;  ///< when the newest reading that counted was taken
  bool looked_ = false;
  bool answered_ = false;
  std::string trouble_;
  Resources capacity_;
  double available_memory_mib_ = 0;
  std::string overload_reason_;  ///< as of the last sample
};

/// The first resource above `limit` after `demand` is added, with both numbers; empty: none is.
[[nodiscard]] std::string first_above(const Resources& usage, const Resources& demand,
                                      const Resources& capacity, double limit);

}  // namespace prumo
