#pragma once
// Who may vote and who outranks whom: the members list, together with what is known of the members
// at the moment. Majorities are counted over the whole list; ranks (priority, then id) over those
// who live.

#include <set>
#include <vector>

#include "election/message.h"
#include "src/core/members.h"

namespace prumo::election {

class Electorate {
 public:
  Electorate(HostId self, Members members);

  void set_members(Members members);
  /// Members that may lead, without oneself.
  void set_live(std::set<HostId> live) { live_ = std::move(live); }
  /// Members whose votes do not count: duplicate ids.
  void set_barred(std::set<HostId> barred) { barred_ = std::move(barred); }

  [[nodiscard]] const HostId& self() const { return self_; }
  [[nodiscard]] bool contains_self() const { return members_.find(self_) != nullptr; }
  [[nodiscard]] const Members& members() const { return members_; }
  [[nodiscard]] std::size_t majority() const { return members_.majority(); }
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  /// Every member but oneself, by id.
  [[nodiscard]] const std::vector<HostId>& others() const { return others_; }
  [[nodiscard]] bool is_other(const HostId& id) const;
  [[nodiscard]] bool is_live(const HostId& id) const { return live_.contains(id); }
  [[nodiscard]] bool may_vote(const HostId& id) const {
    return members_.find(id) != nullptr && !barred_.contains(id);
  }
  /// False when either is no member.
  [[nodiscard]] bool outranks(const HostId& a, const HostId& b) const;
  /// Live members, the highest rank first.
  [[nodiscard]] std::vector<HostId> live_by_rank() const;
  /// Live members that outrank oneself, the highest first.
  [[nodiscard]] std::vector<HostId> live_above() const;
  /// How many members outrank oneself, live or not.
  [[nodiscard]] std::size_t position() const;

  /// The list as a refusal carries it.
  [[nodiscard]] std::vector<MemberDigest> digests() const;
  /// Ids that only one of the two lists has, or of which their files differ; by id.
  [[nodiscard]] std::vector<HostId> differing(const std::vector<MemberDigest>& theirs) const;

 private:
  HostId self_;
  Members members_;
  std::uint64_t digest_ = 0;
  std::vector<HostId> others_;
  std::set<HostId> live_;
  std::set<HostId> barred_;
};

}  // namespace prumo::election
