// Gossip and election inside the peer: what goes in, what comes out, and what this host shows of
// itself.

#include <algorithm>
#include <utility>

#include "src/peer/movable.h"
#include "src/peer/peer.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

constexpr std::size_t kMostBarred = 256;
/// Above any pause an operator will ever set; a stamp beyond it is believed only if it is near the
/// own one: somebody may have named this, and a pause must go on to be possible.
constexpr std::uint64_t kMostPauseStamp = std::uint64_t{1} << 48U;
constexpr std::uint64_t kPauseLeap = 1000;

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace

void Peer::feed(Effects& effects, const gossip::Input& input) {
  std::vector<gossip::Output> out;
  gossip_.step(now_, input, out);
  for (gossip::Output& o : out) {
    std::visit(Overloaded{
                   [&](gossip::Send& s) {
                     effects.emplace_back(Send{s.to, std::move(s.message), std::nullopt, false});
                   },
                   [&](const gossip::StandingChanged& s) {
                     live_changed_ = true;
                     effects.emplace_back(Note{note::StandingChanged{s.id, s.before, s.after}});
                   },
                   [&](const gossip::Refuted& r) {
                     if (r.now.starts <= durable_.starts) return;
                     // Others remember a later run of this id than its own store does.
                     durable_.starts = r.now.starts;
                     if (!std::exchange(durable_.admitted, false)) return;
                     effects.emplace_back(
                         Note{note::NotAdmitted{"others remember a later run of this id"}});
                   },
                   [&](const gossip::SummaryChanged& s) { learn_pause(effects, s.id); },
                   [&](const gossip::Incredible& i) {
                     effects.emplace_back(
                         Note{note::Incredible{i.from, "numbers that no host has reached"}});
                   },
               },
               o);
  }
}

void Peer::learn_pause(Effects& effects, const HostId& id) {
  const auto it = gossip_.peers().find(id);
  if (it == gossip_.peers().end()) return;
  const gossip::Pause& theirs = it->second.summary.pause;
  const std::uint64_t most = std::max(kMostPauseStamp, durable_.pause.stamp + kPauseLeap);
  if (!theirs.supersedes(durable_.pause) || theirs.stamp > most) return;
  const bool changed = theirs.on != durable_.pause.on;
  durable_.pause = theirs;
  if (changed) effects.emplace_back(Note{note::PauseChanged{theirs.on, theirs.by}});
}

void Peer::feed(Effects& effects, const election::Input& input) {
  std::vector<election::Output> out;
  elector_.step(now_, input, out);
  durable_.election = elector_.durable();
  std::vector<HostId> suspects;
  for (election::Output& o : out) {
    std::visit(
        Overloaded{
            [&](election::Send& s) {
              effects.emplace_back(Send{s.to, std::move(s.message), std::nullopt, s.immediate});
            },
            [](const election::Save&) {},
            [&](const election::Acting& a) {
              followed_ = a.epoch;
              effects.emplace_back(Note{note::Elected{a.epoch, a.accepted_by, members_.size(),
                                                      std::exchange(missed_for_, Duration{0}),
                                                      std::exchange(missed_, HostId{})}});
            },
            [&](election::Stopped& s) {
              effects.emplace_back(Note{note::LeaseLost{s.epoch, std::move(s.why)}});
            },
            [&](const election::Following& f) {
              followed_ = f.epoch;
              effects.emplace_back(Note{note::Following{f.coordinator, f.epoch}});
            },
            [&](const election::Missing& m) {
              missed_ = m.coordinator;
              missed_for_ = m.silent_for;
              effects.emplace_back(Note{note::CoordinatorMissing{m.coordinator, m.silent_for}});
            },
            [&](const election::Suspect& s) { suspects.push_back(s.id); },
            [&](election::MembersDiffer& m) {
              effects.emplace_back(Note{note::MembersDiffer{m.with, std::move(m.which)}});
            },
            [&](const election::FarEpoch& f) {
              effects.emplace_back(
                  Note{note::Incredible{f.from, "an epoch far above all that were won"}});
            },
        },
        o);
  }
  for (const HostId& id : suspects) feed(effects, gossip::Input{gossip::Accuse{id}});
}

void Peer::feed_live(Effects& effects) {
  if (std::exchange(live_changed_, false)) {
    std::set<HostId> live;
    for (const auto& [id, known] : gossip_.peers()) {
      const bool up = known.standing == gossip::Standing::kAlive ||
                      known.standing == gossip::Standing::kSuspect;
      if (up && !barred(id)) live.insert(id);
    }
    if (live != live_) {
      live_ = live;
      feed(effects, election::Input{election::Live{std::move(live)}});
    }
  }
  if (barred_ != durable_.barred) {
    barred_ = durable_.barred;
    election::BarredMembers members{{barred_.begin(), barred_.end()}};
    members.hosts.erase(self_);
    feed(effects, election::Input{std::move(members)});
  }
  if (const bool now_barred = !durable_.admitted || barred(self_); now_barred != self_barred_) {
    self_barred_ = now_barred;
    feed(effects, election::Input{election::Barred{now_barred}});
  }
}

bool Peer::barred(const HostId& id) const {
  return std::find(durable_.barred.begin(), durable_.barred.end(), id) != durable_.barred.end();
}

void Peer::bar(Effects& effects, const HostId& id, const std::string& where) {
  if (barred(id) || members_.find(id) == nullptr || durable_.barred.size() >= kMostBarred) return;
  durable_.barred.push_back(id);
  live_changed_ = true;
  const Member* member = members_.find(id);
  effects.emplace_back(
      Note{note::DuplicateId{id, where + "; its endpoint is " + member->endpoint}});
}

void Peer::admit(Effects& effects, Epoch epoch, const HostId& by) {
  durable_.admitted = true;
  election::Durable& numbers = durable_.election;
  numbers.won = std::max(numbers.won, epoch);
  numbers.accepted =
      Epoch{std::max(numbers.accepted.value, numbers.won.value + Admission::kEpochGap)};
  numbers.accepted_from = HostId{};
  elector_ = election::Elector(parameters_.election, self_, members_, numbers,
                               random_.fork("admitted"), now_);
  live_.clear();
  live_changed_ = true;
  barred_.clear();
  self_barred_ = false;
  if (!store_ok_) feed(effects, election::Input{election::CanStore{false}});
  if (leaving_) feed(effects, election::Input{election::HandOver{}});
  Turn t = turn(effects);
  durable_.cooldowns_owed = !looked_;
  cool_all(t);
  slot_.forgot(t);
  effects.emplace_back(Note{note::Admitted{by}});
}

/// It does not remember what has just come in, or is not to be moved for another reason.
void Peer::cool_all(Turn& turn) const {
  for (const auto& [id, d] : host_.domains())
    if (d.active()) start_cooldown(turn, id);
}

std::string Peer::sending() const {
  if (durable_.operation) return durable_.operation->name;
  for (const auto& [id, d] : host_.domains()) {
    if (d.job == Job::kOutgoing) return d.name;
  }
  return {};
}

HostFigures Peer::figures() {
  Effects none;
  const Turn t = turn(none);
  HostFigures f;
  f.capacity = host_.capacity();
  f.usage = host_.usage();
  f.available_memory_mib = host_.available_memory_mib();
  f.healthy = host_.healthy(now_);
  f.slot_free = slot_.free(durable_);
  f.slot = slot_.why_not_free(durable_, now_);
  f.receiving = durable_.slot.state == gossip::SlotState::kSettling ? VmId{} : durable_.slot.vm;
  f.sending = sending();
  f.accepts = hard_brake().empty();
  f.known = known_domains(t, host_);
  f.samples = host_.last_samples();
  f.reserve = parameters_.relief.reserve;
  f.moved_lately = operation_.begun_lately(now_);
  return f;
}

Peer::Urgent Peer::urgent() const {
  Urgent u;
  u.slot = slot_.shown(durable_);
  u.receiving = durable_.slot.vm;
  if (durable_.operation) u.sending = durable_.operation->op;
  u.coordinator = coordinator().value_or(HostId{});
  u.epoch = u.coordinator.empty() ? Epoch{} : followed_;
  u.overloaded = host_.overloaded();
  u.healthy = host_.healthy(now_);
  u.needs_operator = !durable_.operator_needed.empty();
  u.mode = mode_;
  u.pause = durable_.pause;
  u.trouble = hard_brake();
  if (u.trouble.empty() && !u.healthy) u.trouble = host_.trouble();
  return u;
}

gossip::Summary Peer::summary() const {
  const Urgent u = urgent();
  gossip::Summary s;
  s.capacity = host_.capacity();
  s.usage = host_.usage();
  s.utilisation = host_.utilisation();
  s.vm_count = static_cast<std::uint32_t>(
      std::count_if(host_.domains().begin(), host_.domains().end(), [](const auto& entry) {
        const Domain& d = entry.second;
        return d.active() && d.job != Job::kIncoming;  // its source still counts it
      }));
  s.samples = host_.samples();
  s.slot = u.slot;
  s.receiving = durable_.slot.name;
  s.receiving_from = durable_.slot.from;
  if (u.slot == gossip::SlotState::kSettling) {
    s.slot_remaining = std::max(durable_.slot.settled.until - now_, Duration{0});
  }
  s.sending = sending();
  if (durable_.operation) s.sending_to = durable_.operation->to;
  s.coordinator = u.coordinator;
  s.epoch = u.epoch;
  s.overloaded = u.overloaded;
  s.healthy = u.healthy;
  s.needs_operator = u.needs_operator;
  s.trouble = u.trouble;
  s.mode = u.mode;
  s.pause = u.pause;
  s.without_hook = slot_.without_hook(host_);
  s.running = running_hashes(host_);
  return s;
}

void Peer::publish(Effects& effects, bool sampled) {
  Urgent u = urgent();
  const bool changed = !(u == urgent_);
  if (!changed && !sampled) return;
  urgent_ = std::move(u);
  feed(effects, gossip::Input{gossip::Own{summary(), changed}});
}

}  // namespace prumo
