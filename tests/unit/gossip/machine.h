#pragma once
// One gossip machine, h00, spoken to by a test that plays all others.

#include <utility>
#include <vector>

#include "tests/unit/gossip/network.h"

namespace prumo::gossip {

class Machine {
 public:
  explicit Machine(std::size_t members, Parameters parameters = {})
      : gossip(parameters, host(0), members_of(members), 1, Random(5), now) {}

  Instant now{1h};
  Gossip gossip;

  std::vector<Output> step(const Input& input) {
    std::vector<Output> out;
    gossip.step(now, input, out);
    return out;
  }
  std::vector<Output> step_after(Duration d, const Input& input) {
    now = now + d;
    return step(input);
  }
  std::vector<Output> hears(std::size_t from, Message message, Incarnation incarnation = {1, 0}) {
    return step(Incoming{host(from), incarnation, std::move(message)});
  }
  /// Introduces the members 1 to `last`, alive.
  void introduce(std::size_t last) {
    for (std::size_t i = 1; i <= last; ++i) step(Heard{host(i), {1, 0}});
  }
  /// Ticks exactly at the deadlines, until `end`; all outputs.
  std::vector<Output> tick_until(Instant end) {
    std::vector<Output> all;
    while (gossip.next_deadline() <= end) {
      now = gossip.next_deadline();
      std::vector<Output> out = step(Tick{});
      std::move(out.begin(), out.end(), std::back_inserter(all));
    }
    now = end;
    return all;
  }
  [[nodiscard]] const Known& known(std::size_t i) const { return gossip.peers().at(host(i)); }
};

/// Of `out`, the messages of one kind, with their receivers.
template <class Body>
std::vector<std::pair<HostId, Body>> sent(const std::vector<Output>& out) {
  std::vector<std::pair<HostId, Body>> found;
  for (const Output& o : out) {
    const auto* send = std::get_if<Send>(&o);
    if (send == nullptr) continue;
    if (const auto* body = std::get_if<Body>(&send->message)) found.emplace_back(send->to, *body);
  }
  return found;
}
template <class Kind>
std::vector<Kind> of_kind(const std::vector<Output>& out) {
  std::vector<Kind> found;
  for (const Output& o : out) {
    if (const auto* kind = std::get_if<Kind>(&o)) found.push_back(*kind);
  }
  return found;
}
inline Update says(std::size_t id, Standing standing, Incarnation incarnation = {1, 0},
                   std::uint64_t version = 0) {
  return {{host(id), incarnation, standing, Version{version}}, {}, Duration{0}, std::nullopt};
}

}  // namespace prumo::gossip
