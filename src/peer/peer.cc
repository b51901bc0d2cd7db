#include "src/peer/peer.h"

#include <algorithm>
#include <utility>

#include "src/peer/tables.h"

namespace prumo {
namespace {

constexpr Duration kStoreRetry = 1s;
/// Hosts that start together are written down together.
constexpr Duration kRememberEvery = 1s;
/// A step's messages to itself answer each other at most so often (request, order, report,
/// acknowledgement).
constexpr int kMostOwnRounds = 16;

DurableState adopted(DurableState state, const std::string& boot_id, Instant now) {
  adopt_deadlines(state, boot_id, now);
  return state;
}

}  // namespace

Peer::Peer(Parameters parameters, Start start, Instant now)
    : parameters_(std::move(parameters)),
      self_(std::move(start.self)),
      run_(start.run),
      boot_id_(std::move(start.boot_id)),
      members_(std::move(start.members)),
      random_(start.seed),
      mode_(start.mode),
      now_(now),
      durable_(adopted(start.restored, boot_id_, now)),
      persisted_(std::move(start.restored)),
      won_stored_(durable_.election.won),
      starts_stored_(durable_.starts),
      gossip_(parameters_.gossip, self_, members_, durable_.starts, random_.fork("gossip"), now),
      told_(gossip_.incarnation()),
      elector_(parameters_.election, self_, members_, durable_.election, random_.fork("election"),
               now),
      host_(parameters_, now),
      slot_(now),
      dues_(now),
      operation_(durable_, now),
      request_(durable_.starts),
      duplicates_(durable_.known_starts, members_) {
  durable_.known_starts.clear();
  persisted_.known_starts.clear();
}

void Peer::step(Instant now, const Event& event, Effects& effects) {
  now_ = std::max(now, now_);
  const std::size_t begin = effects.size();
  if (first_) {
    first_ = false;
    if (!durable_.admitted) {
      effects.emplace_back(
          Note{note::NotAdmitted{"its store was lost while others may know this id"}});
    }
    publish(effects, true);
  }
  run_timers(effects);
  std::visit([&](const auto& e) { on(effects, e); }, event);
  follow_up(effects);
  deliver_to_self(effects, begin);
  persist(effects, begin);
}

void Peer::run_timers(Effects& effects) {
  if (now_ >= elector_.next_deadline()) feed(effects, election::Input{election::Tick{}});
  if (now_ >= gossip_.next_deadline()) feed(effects, gossip::Input{gossip::Tick{}});
}

void Peer::follow_up(Effects& effects) {
  feed_live(effects);
  Turn t = turn(effects);
  if (now_ >= tables_deadline(durable_)) prune_tables(t);
  slot_.tick(t);
  operation_.tick(t, dues_);
  const bool quiet = slot_.free(durable_) && Operation::idle(durable_) && hard_brake().empty();
  const bool hot = host_.overloaded();
  if (hot && !was_overloaded_) {
    t.note(note::Overloaded{host_.utilisation(), host_.overload_reason()});
  }
  was_overloaded_ = hot;
  const std::optional<HostId> coordinator = this->coordinator();
  if (request_.due(t, coordinator.has_value(), host_, quiet, operation_.last_end()))
    request_.ask(t, *coordinator, host_, figures());
  dues_.tick(t, coordinator, members_, host_);
  if (now_ >= coordination_.next_deadline() || coordination_.collecting()) {
    with_cluster(effects, [&](Turn& u, const Cluster& c) { coordination_.tick(u, c); });
  }
  if (busy_ != coordination_.collecting()) {
    busy_ = coordination_.collecting();
    feed(effects, election::Input{election::Busy{busy_}});
  }
  const bool healthy = host_.healthy(now_);
  const bool told = host_.looked() || !host_.trouble().empty();
  if (told && healthy != was_healthy_) {
    was_healthy_ = healthy;
    if (healthy) {
      effects.emplace_back(Note{note::HypervisorRecovered{}});
    } else {
      effects.emplace_back(Note{note::HypervisorTrouble{
          host_.trouble().empty() ? "no reading has come for long" : host_.trouble()}});
    }
  }
  publish(effects, false);
}

void Peer::deliver_to_self(Effects& effects, std::size_t from) {
  for (int i = 0; i < kMostOwnRounds; ++i) {
    std::vector<Message> own;
    for (std::size_t at = from; at < effects.size();) {
      auto* send = std::get_if<Send>(&effects[at]);
      if (send != nullptr && send->to == self_) {
        own.push_back(std::move(send->message));
        effects.erase(effects.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        ++at;
      }
    }
    if (own.empty()) return;
    for (const Message& message : own) dispatch(effects, {self_, run_}, !barred(self_), message);
    follow_up(effects);
  }
  std::erase_if(effects, [&](const Effect& e) {
    const auto* send = std::get_if<Send>(&e);
    return send != nullptr && send->to == self_;
  });
}

void Peer::persist(Effects& effects, std::size_t at) {
  // A start count that is not stored may be counted again: nobody is told of it before.
  if (durable_.starts == starts_stored_) {
    told_ = gossip_.incarnation();
  } else {
    const auto from = effects.begin() + static_cast<std::ptrdiff_t>(at);
    const auto sent = [](const Effect& e) { return std::holds_alternative<Send>(e); };
    if (!store_ok_) effects.erase(std::remove_if(from, effects.end(), sent), effects.end());
    for (auto e = from; e != effects.end(); ++e)
      if (auto* send = std::get_if<Send>(&*e)) send->immediate = false;
  }
  const bool retry = now_ >= store_retry_;
  const bool remember = duplicates_.news() && now_ >= remember_next_;
  if (!retry && !remember && durable_ == persisted_) return;
  if (!(durable_.election == persisted_.election)) election_saved_ = sequence_ + 1;
  persisted_ = durable_;
  store_retry_ = store_ok_ ? Instant::never() : now_ + kStoreRetry;
  remember_next_ = now_ + kRememberEvery;
  Persist write{++sequence_, durable_};
  write.state.known_starts = duplicates_.remembered();
  effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(at), std::move(write));
}

Turn Peer::turn(Effects& effects) {
  return Turn{now_,    self_,   boot_id_,         parameters_, durable_,
              effects, brake(), elector_.floor(), hand_brake()};
}

std::string Peer::hard_brake() const {
  if (leaving_) return "leaving";
  if (!store_ok_) return "its store fails";
  if (!durable_.admitted) return "not admitted yet: its store was lost, or another host has its id";
  if (barred(self_)) return "its id is used twice";
  return {};
}

std::string Peer::hand_brake() const {
  if (std::string why = hard_brake(); !why.empty()) return why;
  if (durable_.pause.on) return "paused by " + durable_.pause.by.value;
  return {};
}

std::string Peer::brake() const {
  if (std::string why = hand_brake(); !why.empty()) return why;
  if (mode_ == gossip::Mode::kAdvise) return "in advise mode";
  return {};
}

Instant Peer::next_deadline() const {
  if (first_) return now_;
  Instant next = std::min({gossip_.next_deadline(), elector_.next_deadline(), store_retry_,
                           tables_deadline(durable_), slot_.next_deadline(durable_, parameters_),
                           operation_.next_deadline(durable_), request_.next_deadline(),
                           dues_.next_deadline(durable_), coordination_.next_deadline()});
  if (host_.stale_at() > now_) next = std::min(next, host_.stale_at());
  return next;
}

}  // namespace prumo
