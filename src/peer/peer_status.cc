// The peer as people see it.

#include <algorithm>

#include "src/peer/peer.h"

namespace prumo {

Status Peer::status(Instant now) const {
  now = std::max(now, now_);
  Status s;
  s.as_of = now;
  s.self = self_;
  s.incarnation = incarnation();
  s.coordinator = elector_.coordinator(now);
  s.epoch = s.coordinator ? followed_ : Epoch{};
  if (s.coordinator) s.coordinator_for = std::max(now - elector_.since(), Duration{0});
  s.acting = elector_.acting(now).has_value();
  s.accepted = elector_.durable().accepted;
  s.won = elector_.durable().won;
  s.mode = mode_;
  s.pause = durable_.pause;
  s.admitted = durable_.admitted;
  s.store_ok = store_ok_;
  for (const Member& m : members_.list()) {
    HostStatus h;
    h.id = m.id;
    h.barred = barred(m.id);
    if (m.id == self_) {
      h.self = h.known = true;
      h.standing = leaving_ ? gossip::Standing::kLeft : gossip::Standing::kAlive;
      h.summary = summary();
    } else if (const auto it = gossip_.peers().find(m.id); it != gossip_.peers().end()) {
      const gossip::Known& k = it->second;
      h.standing = k.standing;
      h.known = k.version > Version{};
      h.summary = k.summary;
      h.age = h.known ? std::max(now - k.summary_as_of, Duration{0}) : Duration{0};
      h.silent_for = std::max(now - k.heard_directly, Duration{0});
    }
    s.hosts.push_back(std::move(h));
  }
  for (const auto& [id, d] : host_.domains()) s.domains.push_back(d);
  s.reading_age = std::max(now - host_.begun(), Duration{0});
  s.capacity = host_.capacity();
  s.measured = host_.measured();
  s.sample_interval = parameters_.relief.sample_interval;
  s.operation = durable_.operation;
  s.progress = operation_.progress();
  s.slot = durable_.slot;
  s.slot.state = slot_.shown(durable_);
  s.cooldowns = durable_.cooldowns;
  s.avoided = durable_.avoided;
  s.left_alone = durable_.left_alone;
  s.freed = durable_.freed;
  s.operator_needed.assign(durable_.operator_needed.begin(), durable_.operator_needed.end());
  s.no_relief = request_.reason();
  if (!s.no_relief.empty()) s.retry_in = request_.retry_in(now);
  const auto decided = coordination_.last_round();
  s.last_round = decided && (!last_round_ || *decided > *last_round_) ? decided : last_round_;
  s.messages_dropped = messages_dropped_;
  return s;
}

}  // namespace prumo
