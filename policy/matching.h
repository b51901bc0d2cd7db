#pragma once
// Who can go where at the same time: a bipartite matching of VMs to distinct hosts, grown by
// augmenting paths (Kuhn 1955). A set of VMs has an assignment exactly if adding them one by one
// succeeds, in any order; and taking one out leaves the others matched. So a search can add and
// remove as it goes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace prumo::policy {

/// Hosts that can take a VM, as positions, in order of preference.
using Takers = std::vector<std::size_t>;

class Matching {
 public:
  /// `takers[v]` are the hosts of VM v, all below `hosts`. Borrowed; must outlive the matching.
  Matching(const std::vector<const Takers*>& takers, std::size_t hosts);

  /// Adds VM v, moving others where needed. False, and nothing changes, when no assignment takes it
  /// too. Requires: v is not matched.
  bool add(std::size_t v);
  /// As `add`, for a matching from which nothing is removed: after a failure, the hosts that can't
  /// be freed are never looked at again, so that many VMs for few hosts cost no more than their
  /// number.
  bool add_for_good(std::size_t v);
  /// Requires: v is matched.
  void remove(std::size_t v);

  [[nodiscard]] std::size_t host_of(std::size_t v) const { return host_of_[v]; }
  /// Gives `v`, which is matched, exactly `host`, never to be moved again, if the others still find
  /// a place. False, and nothing changes, when they don't.
  bool settle(std::size_t v, std::size_t host);

  /// Hosts looked at so far: the measure of the work done.
  [[nodiscard]] std::uint64_t work() const { return work_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  bool augment(std::size_t v);
  void place(std::size_t v, std::size_t host);

  const std::vector<const Takers*>& takers_;
  std::vector<std::size_t> host_of_;
  std::vector<std::size_t> vm_of_;
  std::vector<std::uint64_t> seen_;  ///< the augmentation that last looked at this host
  std::vector<bool> settled_;        ///< hosts whose VM is not moved again
  std::uint64_t augmentation_ = 0;
  std::uint64_t work_ = 0;
};

/// A host for each VM, all distinct: VM by VM, the first of its takers that leaves a complete
/// assignment possible for the rest. Nothing when there is none. [IME13 §5.3]
[[nodiscard]] std::optional<std::vector<std::size_t>> assign(
    const std::vector<const Takers*>& takers, std::size_t hosts);

}  // namespace prumo::policy
