#pragma once
// Who belongs: the members folder as a value. Majorities count over it, keys are checked against
// it, ranks come from it. All hosts must hold the same list; its digest travels with every claim.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "src/core/hash.h"
#include "src/core/ids.h"

namespace prumo {

struct Member {
  HostId id;
  std::string endpoint;       ///< mesh endpoint, "tcp://ADDRESS:PORT"
  std::string public_key;     ///< CURVE public key, Z85, 40 characters; empty only with `insecure`
  std::int32_t priority = 0;  ///< higher outranks; ties by the higher id
  bool operator==(const Member&) const = default;
};

/// Bully's order: the highest eligible rank leads.
struct Rank {
  std::int32_t priority = 0;
  HostId id;
  auto operator<=>(const Rank&) const = default;
};
[[nodiscard]] inline Rank rank_of(const Member& m) { return {m.priority, m.id}; }

/// FNV-1a over the member's fields; equal files give equal digests on every machine.
[[nodiscard]] inline std::uint64_t digest_of(const Member& m) {
  return fnv1a_64(m.id.value + '\n' + m.endpoint + '\n' + m.public_key + '\n' +
                  std::to_string(m.priority) + '\n');
}

/// The members, ascending by id, ids unique.
class Members {
 public:
  Members() = default;
  /// Requires: ids are unique.
  explicit Members(std::vector<Member> list) : list_(std::move(list)) {
    std::sort(list_.begin(), list_.end(),
              [](const Member& a, const Member& b) { return a.id < b.id; });
  }

  [[nodiscard]] const std::vector<Member>& list() const { return list_; }
  [[nodiscard]] std::size_t size() const { return list_.size(); }
  /// Smallest number of members that is more than half.
  [[nodiscard]] std::size_t majority() const { return list_.size() / 2 + 1; }
  [[nodiscard]] const Member* find(const HostId& id) const {
    const auto it = std::lower_bound(list_.begin(), list_.end(), id,
                                     [](const Member& m, const HostId& i) { return m.id < i; });
    return it != list_.end() && it->id == id ? &*it : nullptr;
  }
  [[nodiscard]] std::uint64_t digest() const {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const Member& m : list_) hash = (hash ^ digest_of(m)) * 0x100000001B3U;
    return hash;
  }
  bool operator==(const Members&) const = default;

 private:
  std::vector<Member> list_;
};

}  // namespace prumo
