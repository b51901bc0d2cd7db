#include "src/peer/effect_queue.h"

#include <algorithm>

namespace prumo {
namespace {

bool is_note(const Effect& e) { return std::holds_alternative<Note>(e); }

/// An abort rests on nothing that is stored, and nobody would ask for it again.
bool outlives_a_failure(const Effect& e) {
  return is_note(e) || std::holds_alternative<AbortMigration>(e);
}

std::optional<Instant> not_after(const Effect& e) {
  if (const auto* send = std::get_if<Send>(&e)) return send->not_after;
  if (const auto* start = std::get_if<StartMigration>(&e)) return start->not_after;
  return std::nullopt;
}

/// What the peer must hear when the effect is not carried out; empty: it repeats by itself or does
/// not matter.
std::optional<Expired> loss_of(const Effect& e) {
  if (const auto* start = std::get_if<StartMigration>(&e)) return Expired{start->op, kExpiredStart};
  const auto* send = std::get_if<Send>(&e);
  if (send == nullptr) return std::nullopt;
  if (const auto* m = std::get_if<Reserve>(&send->message)) return Expired{m->op, kExpiredReserve};
  if (const auto* m = std::get_if<Reserved>(&send->message)) return Expired{m->op, "RESERVED"};
  if (std::holds_alternative<Migrate>(send->message)) return Expired{std::nullopt, "MIGRATE"};
  return std::nullopt;
}

}  // namespace

void EffectQueue::add(Effects effects) {
  for (Effect& e : effects) {
    if (const auto* send = std::get_if<Send>(&e); send != nullptr && send->immediate) {
      if (overtaking_.size() < kMost) {
        overtaking_.push_back(std::move(e));
      } else {
        drop(e, overflow_);
      }
      continue;
    }
    if (std::holds_alternative<Persist>(e)) {
      auto before = std::find_if_not(waiting_.rbegin(), waiting_.rend(), is_note);
      if (before != waiting_.rend() && std::holds_alternative<Persist>(*before)) {
        *before = std::move(e);
        continue;
      }
    }
    if (waiting_.size() + 1 >= kMost && !std::holds_alternative<Persist>(e)) {
      drop(e, overflow_);
      continue;
    }
    waiting_.push_back(std::move(e));
  }
}

std::optional<Effect> EffectQueue::next(Instant now, std::vector<Event>& events) {
  std::move(overflow_.begin(), overflow_.end(), std::back_inserter(events));
  overflow_.clear();
  while (true) {
    std::deque<Effect>& from = overtaking_.empty() ? waiting_ : overtaking_;
    if (from.empty() || (&from == &waiting_ && in_flight_)) return std::nullopt;
    Effect e = std::move(from.front());
    from.pop_front();
    if (const auto limit = not_after(e); limit && now > *limit) {
      drop(e, events);
      continue;
    }
    if (const auto* persist = std::get_if<Persist>(&e)) in_flight_ = persist->sequence;
    return e;
  }
}

void EffectQueue::stored(std::uint64_t sequence, std::vector<Event>& events) {
  if (in_flight_ != sequence) return;
  in_flight_.reset();
  events.emplace_back(Stored{sequence});
}

void EffectQueue::store_failed(std::uint64_t sequence, std::string why,
                               std::vector<Event>& events) {
  if (in_flight_ != sequence) return;
  in_flight_.reset();
  std::uint64_t lost = sequence;
  std::vector<Event> reports;
  for (Effect& e : waiting_) {
    const auto* verdict = std::get_if<Verdict>(&e);
    if (overtaking_.size() < kMost && outlives_a_failure(e)) {
      overtaking_.push_back(std::move(e));
    } else if (overtaking_.size() < kMost && verdict != nullptr) {
      overtaking_.emplace_back(Verdict{verdict->question, false, "it can't be stored: " + why});
    } else {
      if (const auto* persist = std::get_if<Persist>(&e)) lost = std::max(lost, persist->sequence);
      drop(e, reports);
    }
  }
  waiting_.clear();
  events.emplace_back(StoreFailed{lost, std::move(why)});
  std::move(reports.begin(), reports.end(), std::back_inserter(events));
}

void EffectQueue::drop(const Effect& e, std::vector<Event>& events) {
  ++dropped_;
  if (auto loss = loss_of(e)) events.emplace_back(std::move(*loss));
}

}  // namespace prumo
