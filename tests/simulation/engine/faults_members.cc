// Changes of the members folder: one at a time, host by host and at different moments, as an
// operator with a copy loop does it. Whoever is down finds the new list when it starts.

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/simulation/engine/draw.h"
#include "tests/simulation/engine/faults.h"

namespace prumo::simulation {

namespace {

constexpr Duration kCopied = 20s;  ///< until the last host has the new list, at most

Members without(const Members& members, const HostId& id) {
  std::vector<Member> list = members.list();
  std::erase_if(list, [&](const Member& m) { return m.id == id; });
  return Members(std::move(list));
}

Members with_priority(const Members& members, const HostId& id, std::int32_t priority) {
  std::vector<Member> list = members.list();
  for (Member& m : list)
    if (m.id == id) m.priority = priority;
  return Members(std::move(list));
}

}  // namespace

void Faults::change_members(Random& random) {
  const TrueTime now = cluster_.now();
  if (now < members_settled_ || cluster_.members() < 2) return;
  const Members& all = cluster_.scenario().members;
  const std::size_t host = any(random).index();
  const HostId& id = cluster_.id(host);
  if (random.chance(0.4)) {
    tell("another priority for " + id.value);
    hand_out(random, with_priority(all, id, static_cast<std::int32_t>(random.below(4))), {});
    members_settled_ = now + kCopied;
    return;
  }
  // Each of two that is alone in turn may count the same epochs: no list in between overlaps with both.
  if (cluster_.members() == 2 && (id != all.list()[0].id || !all_remember())) return;
  // Its own folder is left as it is: it believes that it belongs.
  tell("no member any more is " + id.value);
  hand_out(random, without(all, id), id);
  const Duration away = kCopied + draw(random, 1s, 40s);
  members_settled_ = now + away + kCopied;
  cluster_.heap().after(away, [this, random, id]() mutable {
    if (over()) return;
    tell("a member again is " + id.value);
    hand_out(random, cluster_.scenario().members, {});
  });
}

void Faults::hand_out(Random& random, const Members& members, const HostId& except) {
  for (std::size_t i = 0; i < cluster_.size(); ++i) {
    if (cluster_.id(i) == except) continue;
    cluster_.heap().after(draw(random, 0ms, kCopied), [this, i, members] {
      if (!over()) cluster_.machine(i).set_members(members);
    });
  }
}

}  // namespace prumo::simulation
