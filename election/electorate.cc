#include "election/electorate.h"

#include <algorithm>
#include <map>

namespace prumo::election {

Electorate::Electorate(HostId self, Members members) : self_(std::move(self)) {
  set_members(std::move(members));
}

void Electorate::set_members(Members members) {
  members_ = std::move(members);
  digest_ = members_.digest();
  others_.clear();
  for (const Member& m : members_.list()) {
    if (m.id != self_) others_.push_back(m.id);
  }
}

bool Electorate::is_other(const HostId& id) const {
  return id != self_ && members_.find(id) != nullptr;
}

bool Electorate::outranks(const HostId& a, const HostId& b) const {
  const Member* const x = members_.find(a);
  const Member* const y = members_.find(b);
  return x != nullptr && y != nullptr && rank_of(*x) > rank_of(*y);
}

std::vector<HostId> Electorate::live_by_rank() const {
  std::vector<HostId> out;
  for (const HostId& id : live_) {
    if (is_other(id) && !barred_.contains(id)) out.push_back(id);
  }
  std::sort(out.begin(), out.end(),
            [this](const HostId& a, const HostId& b) { return outranks(a, b); });
  return out;
}

std::vector<HostId> Electorate::live_above() const {
  std::vector<HostId> out = live_by_rank();
  std::erase_if(out, [this](const HostId& id) { return !outranks(id, self_); });
  return out;
}

std::size_t Electorate::position() const {
  return static_cast<std::size_t>(std::count_if(
      others_.begin(), others_.end(), [this](const HostId& id) { return outranks(id, self_); }));
}

std::vector<MemberDigest> Electorate::digests() const {
  std::vector<MemberDigest> out;
  out.reserve(members_.size());
  for (const Member& m : members_.list()) out.push_back({m.id, digest_of(m)});
  return out;
}

std::vector<HostId> Electorate::differing(const std::vector<MemberDigest>& theirs) const {
  std::map<HostId, std::uint64_t> rest;
  for (const MemberDigest& m : theirs) rest.emplace(m.id, m.digest);
  std::set<HostId> out;
  for (const Member& m : members_.list()) {
    const auto it = rest.find(m.id);
    if (it == rest.end() || it->second != digest_of(m)) out.insert(m.id);
    if (it != rest.end()) rest.erase(it);
  }
  for (const auto& [id, digest] : rest) out.insert(id);
  return {out.begin(), out.end()};
}

}  // namespace prumo::election
