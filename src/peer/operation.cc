#include "src/peer/operation.h"

#include <algorithm>

#include "src/peer/by_hand.h"
#include "src/peer/effect_queue.h"
#include "src/peer/movable.h"
#include "src/peer/quandary.h"
#include "src/peer/tables.h"

namespace prumo {
namespace {

constexpr Duration kLookEvery = 1s;
constexpr Duration kLately = 1h;

std::optional<policy::Forecast> expected(const Domain& d) {
  if (!d.manner) return std::nullopt;
  const auto f = policy::forecast(*d.manner, d.image_mib, d.memory_mib);
  return f ? std::optional(*f) : std::nullopt;
}

}  // namespace

Operation::Operation(const DurableState& restored, Instant start)
    : recover_(restored.operation.has_value() || !restored.rest.empty()), reserve_until_(start) {}

void Operation::obey(Turn& turn, const Migrate& order, Dues& dues, const OwnHost& host,
                     const Members& members) {
  turn.durable.last_obeyed = order.round;
  turn.durable.rest = order.moves;
  begin_next(turn, dues, host, members, false);
}

void Operation::begin_next(Turn& turn, Dues& dues, const OwnHost& host, const Members& members,
                           bool later) {
  DurableState& durable = turn.durable;
  look_again_.reset();
  observe_next_ = Instant::never();
  if (durable.rest.empty()) return;
  const OrderedMove move = durable.rest.front();
  const OpId op{durable.last_obeyed.epoch, durable.last_obeyed.round, move.index};
  const Domain* d = host.find(move.vm);
  std::string why;
  if (!turn.brake.empty()) {
    why = turn.brake;
  } else if (op.epoch < turn.floor) {
    why = "a newer epoch is known";
  } else if (later && !host.above_target()) {
    why = "no longer above the target";
  } else if (d == nullptr || !d->active()) {
    why = "the VM is no longer here";
  } else if (move.to == turn.self || members.find(move.to) == nullptr) {
    why = "the destination is no other member";
  } else if (avoided(durable, move.vm, move.to, turn.now) != nullptr) {
    why = "this destination is avoided";
  } else {
    why = why_stays(turn, *d);
  }
  if (!why.empty()) {
    drop_rest(turn, dues, why);
    return;
  }
  durable.rest.erase(durable.rest.begin());
  words_.clear();
  begin(turn, op, *d, move.to, expected(*d));
}

OpId Operation::obey(Turn& turn, const MoveByHand& order, const OwnHost& host) {
  const OpId op = hand_op(turn.self, turn.durable.starts, ++by_hand_);
  const Domain& d = *host.find(order.vm);
  words_ = order.words;
  turn.note(note::OrderedByHand{op, d.id, d.name, order.to});
  begin(turn, op, d, order.to, order.forecast);
  return op;
}

void Operation::begin(Turn& turn, const OpId& op, const Domain& d, const HostId& to,
                      const std::optional<policy::Forecast>& forecast) {
  turn.durable.operation =
      OperationRecord{op, d.id, d.name, to, OpPhase::kReserving, d.autostart, forecast};
  progress_.reset();
  doubt_.reset();
  reserve_until_ = turn.now + turn.parameters.relief.late_reserved;
  turn.send(to, Reserve{op, d.id, d.name, d.usage, d.memory_mib, d.autostart}, reserve_until_);
}

std::uint32_t Operation::begun_lately(Instant now) const {
  return static_cast<std::uint32_t>(std::count_if(
      begun_.begin(), begun_.end(), [now](Instant at) { return now - at <= kLately; }));
}

void Operation::reserved(Turn& turn, const HostId& from, const Reserved& r, Dues& dues) {
  auto& record = turn.durable.operation;
  if (!record || record->op != r.op || record->to != from) {
    // A host that has lost its store may have begun it.
    if (turn.durable.admitted && owed(turn.durable, r.op, from) == nullptr)
      turn.send(from, Release{r.op, VmId{}});
    return;
  }
  if (record->phase == OpPhase::kStarted) return;  // a second copy of the answer that was obeyed
  std::string why = turn.brake_on(r.op);
  if (why.empty() && turn.outdated(r.op)) why = "a newer epoch is known";
  if (why.empty() && turn.now > reserve_until_) why = "RESERVED came too late";
  if (!why.empty()) {
    finish(turn, dues, Outcome::kDropped, why);
    return;
  }
  record->phase = OpPhase::kStarted;
  std::erase_if(begun_, [&](Instant at) { return turn.now - at > kLately; });
  begun_.push_back(turn.now);
  turn.note(note::Started{record->op, record->vm, record->name, record->to, record->forecast});
  turn.effects.emplace_back(StartMigration{record->op, record->vm, record->name, record->to,
                                           r.connect_uri, r.migrate_uri, record->autostart,
                                           reserve_until_, words_});
}

void Operation::refused(Turn& turn, const HostId& from, const Refused& r, Dues& dues) {
  const auto& record = turn.durable.operation;
  if (!record || record->op != r.op || record->to != from || record->phase != OpPhase::kReserving)
    return;
  // What an operator tries says nothing about what the coordinator may.
  if (!by_hand(r.op)) start_avoiding(turn, record->vm, record->to, "refused: " + r.reason);
  finish(turn, dues, Outcome::kRefused, r.reason);
}

void Operation::asked(Turn& turn, const HostId& from, const Ask& ask, Dues& dues,
                      const OwnHost& host) {
  const auto& record = turn.durable.operation;
  if (record && record->op == ask.op && record->to == from) {
    turn.send(from, Hold{ask.op});
    return;
  }
  // A host that has lost its store can't know what it has begun: it leaves the slot as it is.
  if (!turn.durable.admitted) return;
  if (dues.asked(turn, from, ask, host) || !host.looked()) return;
  // Ended and acknowledged, or begun before the store was lost: what is here now is all there is
  // to tell. An older reading may not show yet that the VM is on its way, or has left.
  if (!asked_.looked_since(turn, from, ask.op, host)) return;
  const Domain* d = host.find(ask.vm);
  if (d != nullptr && d->job == Job::kOutgoing) {
    turn.send(from, Hold{ask.op});
    return;
  }
  const bool here = d != nullptr && d->active();
  turn.send(from, Release{ask.op, ask.vm, here && d->state == DomainState::kRunning, here});
}

void Operation::progress(const DurableState& durable, const MigrationProgress& p) {
  if (durable.operation && durable.operation->op == p.op) progress_ = p;
}

void Operation::ended(Turn& turn, const MigrationEnded& e, Dues& dues) {
  const auto& record = turn.durable.operation;
  if (!record || record->op != e.op || record->phase != OpPhase::kStarted) return;
  if (e.how == MigrationEnded::How::kDone) {
    // It runs over there, but not as it should: without a definition it is gone once it shuts down.
    if (!e.error.empty()) need_operator(turn, record->vm, record->name, e.error);
    doubt_ = Doubt{e, turn.now, Duration{0}, {}};
    finish(turn, dues, Outcome::kDone, e.error);
    return;
  }
  if (e.how == MigrationEnded::How::kNotStarted) {
    const bool aborted = aborted_ == record->op;
    if (record->autostart) set_autostart(turn, record->vm);
    if (aborted)
      leave_alone(turn, record->vm, "aborted by an operator");
    else
      start_avoiding(turn, record->vm, record->to, "failed: " + e.error);
    finish(turn, dues, aborted ? Outcome::kAborted : Outcome::kFailed, e.error);
    return;
  }
  const bool silent = e.how == MigrationEnded::How::kUnknown;
  doubt_ = Doubt{e, turn.now, silent ? turn.parameters.relief.recovery_grace : Duration{0},
                 e.error.empty() ? "the hypervisor gave no reason" : e.error};
  observe_next_ = turn.now + kLookEvery;
  turn.observe();
}

void Operation::expired(Turn& turn, const OpId& op, const std::string& what, Dues& dues) {
  const auto& record = turn.durable.operation;
  if (!record || record->op != op) return;
  const bool reserve = what == kExpiredReserve && record->phase == OpPhase::kReserving;
  const bool start = what == kExpiredStart && record->phase == OpPhase::kStarted && !doubt_;
  if (reserve || start)
    finish(turn, dues, Outcome::kDropped, what + " was not carried out in time");
}

void Operation::abort(Turn& turn, const OpId& op, Dues& dues, bool by_operator) {
  const auto& record = turn.durable.operation;
  if (!record || record->op != op) return;
  if (record->phase == OpPhase::kReserving) {
    if (by_operator) leave_alone(turn, record->vm, "aborted by an operator");
    finish(turn, dues, Outcome::kAborted, "aborted by an operator before it started");
    return;
  }
  aborted_ = op;
  turn.effects.emplace_back(AbortMigration{record->op, record->vm});
}

void Operation::looked(Turn& turn, Dues& dues, const OwnHost& host, const Members& members) {
  if (turn.durable.operation) {
    if (turn.durable.operation->phase == OpPhase::kStarted && doubt_)
      settle_doubt(turn, dues, host);
    return;
  }
  if (!turn.durable.rest.empty() && look_again_ && host.begun() > *look_again_) {
    begin_next(turn, dues, host, members, true);
  }
}

void Operation::settle_doubt(Turn& turn, Dues& dues, const OwnHost& host) {
  const OperationRecord& record = *turn.durable.operation;
  switch (doubt_->looked(turn, host, record.vm)) {
    case Doubt::Found::kUnsettled:
      return;
    case Doubt::Found::kGone:
      finish(turn, dues, Outcome::kDone, "inferred: it has left this host; " + doubt_->why(),
             false);
      return;
    case Doubt::Found::kHere:
      found_here(turn, dues);
      return;
    case Doubt::Found::kHalfWay:
      break;
  }
  const Domain& d = *host.find(record.vm);
  const Named vm{record.vm, record.name};
  const std::string why = d.active() ? paused_half_way(vm, turn.self, record.to)
                          : d.state == DomainState::kLeftDefined
                              ? still_defined(vm, turn.self, record.to)
                              : shut_off_half_way(vm, turn.self, record.to);
  need_operator(turn, record.vm, record.name, why);
  finish(turn, dues, Outcome::kOperator, in_short(why));
}

void Operation::found_here(Turn& turn, Dues& dues) {
  // Its flag comes back once the destination has said that it is not there: whatever libvirt says
  // here, the VM may run over there as well, and a power cut would start it a second time.
  const OperationRecord& record = *turn.durable.operation;
  const std::string why = doubt_->why();
  const MigrationEnded::How word = doubt_->word().how;
  const bool aborted = word == MigrationEnded::How::kAborted;
  start_cooldown(turn, record.vm);
  if (aborted || aborted_ == record.op || word == MigrationEnded::How::kGivenUp)
    leave_alone(turn, record.vm, why);
  start_avoiding(turn, record.vm, record.to, (aborted ? "aborted: " : "failed: ") + why);
  finish(turn, dues, aborted ? Outcome::kAborted : Outcome::kFailed, why);
}

void Operation::finish(Turn& turn, Dues& dues, Outcome outcome, std::string reason, bool proven) {
  const OperationRecord record = *turn.durable.operation;
  MigrationFinished report{record.op, record.vm,         record.name, record.to,
                           outcome,   std::move(reason), {},          {}};
  report.forecast = record.forecast;
  if (doubt_ && doubt_->word().op == record.op) {
    report.copied_mib = doubt_->word().copied_mib;
    report.total = doubt_->word().total;
    report.downtime = doubt_->word().downtime;
  }
  // What has settled a doubt was read after the hypervisor's word: it says where the VM is.
  const bool doubted = doubt_.has_value();
  const Instant since = doubted ? doubt_->since() : turn.now;
  turn.durable.operation.reset();
  doubt_.reset();
  progress_.reset();
  observe_next_ = Instant::never();
  last_end_ = turn.now;
  if (outcome == Outcome::kDone) forget_left_alone(turn, record.vm);
  turn.note(note::Finished{report, true});
  const bool done = outcome == Outcome::kDone;
  const bool stayed = !done && doubted;
  dues.add(
      turn, report,
      Owed{record.op, record.vm, record.to, proven, record.autostart && (done || stayed), stayed},
      since);
  if (outcome == Outcome::kDone) {
    if (turn.durable.rest.empty()) return;
    look_again_ = turn.now;
    observe_next_ = turn.now + kLookEvery;
    turn.observe();
  } else {
    drop_rest(turn, dues, "an earlier move of the set did not succeed");
  }
}

void Operation::drop_rest(Turn& turn, Dues& dues, const std::string& why) {
  const RoundId round = turn.durable.last_obeyed;
  for (const OrderedMove& move : turn.durable.rest) {
    const MigrationFinished report{{round.epoch, round.round, move.index},
                                   move.vm,
                                   move.name,
                                   move.to,
                                   Outcome::kDropped,
                                   why,
                                   {},
                                   {}};
    turn.note(note::Finished{report, true});
    dues.add(turn, report);
  }
  turn.durable.rest.clear();
  look_again_.reset();
  observe_next_ = Instant::never();
}

void Operation::tick(Turn& turn, Dues& dues) {
  DurableState& durable = turn.durable;
  if (recover_) {
    recover_ = false;
    if (!durable.rest.empty()) drop_rest(turn, dues, "the daemon was restarted");
    if (durable.operation && durable.operation->phase == OpPhase::kReserving) {
      finish(turn, dues, Outcome::kDropped, "the daemon was restarted before it started");
    } else if (durable.operation) {
      MigrationEnded none;
      none.op = durable.operation->op;
      doubt_ = Doubt{none, turn.now, turn.parameters.relief.recovery_grace,
                     "found so after a restart of the daemon"};
      observe_next_ = turn.now;
    }
  }
  if (durable.operation && durable.operation->phase == OpPhase::kReserving &&
      turn.now > reserve_until_) {
    const std::string why = "no answer to RESERVE";
    if (!by_hand(durable.operation->op))
      start_avoiding(turn, durable.operation->vm, durable.operation->to, why);
    finish(turn, dues, Outcome::kDropped, why);
  }
  if (turn.now >= observe_next_) {
    observe_next_ = turn.now + kLookEvery;
    turn.observe();
  }
}

Instant Operation::next_deadline(const DurableState& durable) const {
  if (recover_) return Instant{};
  if (durable.operation && durable.operation->phase == OpPhase::kReserving) {
    return reserve_until_ + Duration{1};
  }
  return observe_next_;
}

}  // namespace prumo
