// What the world brings: readings, the hypervisor's word, the store, the operator.

#include <algorithm>
#include <utility>

#include "src/peer/by_hand.h"
#include "src/peer/peer.h"
#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

bool stays_here(const Domain* d) {
  return d != nullptr && d->job == Job::kNone &&
         (d->state == DomainState::kRunning || d->state == DomainState::kPaused);
}

}  // namespace

void Peer::on(Effects& effects, const Received& r) {
  if (r.from == self_) {
    if (r.run != run_) bar(effects, self_, "another run speaks with this id");
    return;
  }
  if (members_.find(r.from) == nullptr) {
    ++messages_dropped_;
    return;
  }
  if (duplicates_.heard(r.from, r.incarnation, r.run, now_))
    bar(effects, r.from, "two runs speak with this id");
  if (const auto* m = std::get_if<gossip::Message>(&r.message)) {
    feed(effects, gossip::Input{gossip::Incoming{r.from, r.incarnation, *m}});
  } else {
    feed(effects, gossip::Input{gossip::Heard{r.from, r.incarnation}});
  }
  // It may claim what it has promised not to, until it has heard of its own earlier run.
  const auto forgotten = duplicates_.forgotten(r.from, r.incarnation, r.run);
  // One of two with its id would only count against the other.
  if (forgotten && !barred(r.from))
    feed(effects, gossip::Input{gossip::Forgetful{r.from, *forgotten}});
  const bool counts = !barred(r.from) && !forgotten;
  if (counts) {
    if (const auto* m = std::get_if<election::Message>(&r.message)) {
      if (const auto* beat = std::get_if<election::Heartbeat>(m);
          beat != nullptr && !durable_.admitted) {
        if (admission_.heartbeat(turn(effects), r.from, beat->epoch)) {
          admit(effects, beat->epoch, r.from);
        }
      }
      feed(effects, election::Input{election::Incoming{r.from, r.won, *m}});
    } else {
      feed(effects, election::Input{election::WonHeard{r.from, r.won}});
    }
  }
  dispatch(effects, {r.from, r.run}, counts, r.message);
}

void Peer::on(Effects& effects, const Sampled& s) {
  if (host_.sampled(s.reading, now_)) {
    looked(effects);
    Turn t = turn(effects);
    twins_.sampled(t, host_, gossip_.peers());
  } else if (!s.reading.hypervisor_ok) {
    operation_.unanswered();
  }
  publish(effects, true);
}

void Peer::on(Effects& effects, const Observed& o) {
  if (host_.observed(o.reading, now_))
    looked(effects);
  else if (!o.reading.hypervisor_ok)
    operation_.unanswered();
}

void Peer::looked(Effects& effects) {
  Turn t = turn(effects);
  const bool first = !std::exchange(looked_, true);
  if (first) {
    // The host may have booted before a flag was set that is owed: nobody else will start that VM.
    for (const auto& [vm, on] : durable_.autostart_due)
      if (const Domain* d = host_.find(vm);
          on && d != nullptr && d->state == DomainState::kShutOff && !d->autostart)
        need_operator(t, vm, d->name, not_started({vm, d->name}, self_));
  }
  if (std::exchange(durable_.cooldowns_owed, false)) cool_all(t);
  const VmId own = durable_.operation ? durable_.operation->vm : VmId{};
  slot_.looked(t, host_, own);
  operation_.looked(t, dues_, host_, members_);
  dues_.looked(t, host_, first);
  doubtful_.looked(t, host_, durable_.operation ? durable_.operation->vm : VmId{});
  twins_.looked(t, host_);
  // A look begun before the last operation ended may show the flag as it was before the journey.
  if (const auto ended = operation_.last_end(); !ended || host_.begun() > *ended) {
    std::erase_if(durable_.autostart_due, [&](const auto& due) {
      const Domain* d = host_.find(due.first);
      return d == nullptr || d->autostart == due.second || d->state == DomainState::kLeftDefined;
    });
  }
  // What a person settles and leaves off may have been started elsewhere: with the flag it would
  // start twice.
  std::erase_if(settled_, [&](const auto& settled) {
    if (host_.begun() <= settled.second) return false;
    if (host_.off(settled.first)) durable_.autostart_due.erase(settled.first);
    return true;
  });
  for (const auto& [vm, on] : durable_.autostart_due) {
    const bool moves = durable_.operation && durable_.operation->vm == vm;
    if (!on || (!moves && stays_here(host_.find(vm)))) effects.emplace_back(SetAutostart{vm, on});
  }
}

void Peer::on(Effects&, const MigrationProgress& p) { operation_.progress(durable_, p); }

void Peer::on(Effects& effects, const MigrationEnded& e) {
  Turn t = turn(effects);
  operation_.ended(t, e, dues_);
}

void Peer::on(Effects& effects, const IncomingAsked& asked) {
  Turn t = turn(effects);
  slot_.incoming_asked(t, asked);
}

void Peer::on(Effects& effects, const Expired& e) {
  effects.emplace_back(Note{note::Late{e.what}});
  if (!e.op) return;
  Turn t = turn(effects);
  operation_.expired(t, *e.op, e.what, dues_);
}

void Peer::on(Effects& effects, const StoreFailed& f) {
  lost_ = std::max(lost_, f.sequence);
  store_retry_ = now_ + 1s;
  if (!store_ok_) return;
  store_ok_ = false;
  effects.emplace_back(Note{note::StoreTrouble{f.why}});
  feed(effects, election::Input{election::CanStore{false}});
}

void Peer::on(Effects& effects, const Stored& s) {
  if (s.sequence <= lost_) return;
  if (s.sequence == sequence_) starts_stored_ = persisted_.starts;
  if (election_saved_ && s.sequence >= *election_saved_) {
    election_saved_.reset();
    won_stored_ = persisted_.election.won;
    feed(effects, election::Input{election::Stored{}});
  }
  if (store_ok_) return;
  store_ok_ = true;
  store_retry_ = Instant::never();
  effects.emplace_back(Note{note::StoreRecovered{}});
  feed(effects, election::Input{election::CanStore{true}});
}

void Peer::on(Effects& effects, const DuplicateId& d) { bar(effects, d.id, d.where); }

void Peer::on(Effects& effects, const OperatorRequest& request) {
  std::visit([&](const auto& what) { on(effects, what); }, request.what);
}

void Peer::on(Effects& effects, const SetPause& p) {
  if (durable_.pause.on != p.on) {
    durable_.pause = {p.on, durable_.pause.stamp + 1, self_};
    effects.emplace_back(Note{note::PauseChanged{p.on, self_}});
  }
  effects.emplace_back(Verdict{p.question, true, {}});
}

void Peer::on(Effects& effects, const SetMode& m) {
  if (mode_ == m.mode) return;
  mode_ = m.mode;
  effects.emplace_back(Note{note::ModeChanged{mode_}});
}

void Peer::on(Effects& effects, const AbortOperation& a) {
  Turn t = turn(effects);
  operation_.abort(t, a.op, dues_, true);
}

void Peer::on(Effects& effects, const MoveByHand& m) {
  Turn t = turn(effects);
  std::string why = why_not_by_hand(t, m, host_, slot_, members_, gossip_.peers());
  OpId op;
  if (why.empty() && !m.dry_run) op = operation_.obey(t, m, host_);
  effects.emplace_back(Verdict{m.question, why.empty(), std::move(why), op});
}

void Peer::on(Effects& effects, const WouldTake& w) {
  const Turn t = turn(effects);
  std::string why = slot_.refusal(t, w.from, w.reserve, host_, sending());
  effects.emplace_back(Verdict{w.question, why.empty(), std::move(why)});
}

void Peer::on(Effects& effects, const Shutdown&) {
  if (leaving_) return;
  leaving_ = true;
  effects.emplace_back(Note{note::Leaving{}});
  if (durable_.operation && durable_.operation->phase == OpPhase::kReserving) {
    Turn t = turn(effects);
    operation_.abort(t, durable_.operation->op, dues_, false);
  }
  feed(effects, election::Input{election::HandOver{}});
  feed(effects, gossip::Input{gossip::Leave{}});
}

void Peer::on(Effects& effects, const Rejoin&) {
  for (const HostId& id : durable_.barred) duplicates_.forget(id);
  durable_.barred.clear();
  live_changed_ = true;
  if (!durable_.admitted) admit(effects, elector_.floor(), self_);
}

void Peer::on(Effects& effects, const Settled& s) {
  doubtful_.settled(s.vm);
  Turn t = turn(effects);
  dues_.settled(t, s.vm, host_);
  const auto due = durable_.autostart_due.find(s.vm);
  if (looked_ && due != durable_.autostart_due.end() && due->second) {
    settled_[s.vm] = now_;
    t.observe();
  }
  std::erase_if(durable_.freed, [&](const Freed& f) { return f.vm == s.vm; });
  if (durable_.operator_needed.erase(s.vm) == 0) return;
  effects.emplace_back(Note{note::OperatorSettled{s.vm}});
  // It stays until it has been looked at again: what is known of it is from before, and two hosts
  // that had it may both take it for theirs.
  start_cooldown(t, s.vm,
                 std::max(cooldown_left(durable_, s.vm, now_), parameters_.relief.lost_after / 3));
  t.observe();
}

void Peer::on(Effects& effects, const NewMembers& n) {
  // A member whose key or place was changed has been dealt with by an operator.
  std::erase_if(durable_.barred, [&](const HostId& id) {
    const Member* before = members_.find(id);
    const Member* after = n.members.find(id);
    return after == nullptr || before == nullptr || !(*before == *after);
  });
  members_ = n.members;
  live_changed_ = true;
  duplicates_.keep_only(members_);
  feed(effects, gossip::Input{gossip::NewMembers{members_}});
  feed(effects, election::Input{election::NewMembers{members_}});
}

}  // namespace prumo
