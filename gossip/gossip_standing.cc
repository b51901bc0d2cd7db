// What is believed of whom: joining reports, accusations, refutation.

#include <algorithm>
#include <limits>
#include <utility>

#include "gossip/gossip.h"
#include "gossip/order.h"
#include "gossip/size.h"

namespace prumo::gossip {
namespace {

/// An accused that keeps on speaking without refuting is told again at most this often.
constexpr Duration kTellAgain = 200ms;
/// How many peers, in the mean, look for themselves when they learn of a suspicion.
constexpr double kWitnesses = 8;
/// Ages beyond this are taken as this, so that no sum overflows.
constexpr Duration kAgeMost = 24h * 365;

/// As kStartsMost; beyond, the host counts on by itself.
constexpr std::uint32_t kRefutationsMost = 1U << 31U;
constexpr std::uint64_t kVersionMost = std::uint64_t{1} << 62U;

bool credible(const DigestEntry& said, const Incarnation& known) {
  if (said.version.value > kVersionMost) return false;
  if (said.incarnation <= known) return true;
  return said.incarnation.starts <= std::max(kStartsMost, known.starts) &&
         said.incarnation.refutations <= kRefutationsMost;
}

/// The least incarnation above `said`; itself when there is none.
Incarnation above(Incarnation said) {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  if (said.refutations < kMost) return {said.starts, said.refutations + 1};
  return said.starts < kMost ? Incarnation{said.starts + 1, 0} : said;
}

/// Above every run that can be remembered of that start.
Incarnation next_start(Incarnation said) {
  return said.starts < kStartsMost ? Incarnation{said.starts + 1, 0} : above(said);
}

bool accusing(Standing s) { return s == Standing::kSuspect || s == Standing::kDead; }

}  // namespace

void Gossip::learn(Turn& turn, const HostId& from, const Update& update, bool relay,
                   std::vector<Update>& answers) {
  const DigestEntry& said = update.about;
  if (said.id == self_) {
    if (learn_of_self(turn, from, said)) answers.push_back(own_update(turn.now));
    return;
  }
  const auto it = peers_.find(said.id);
  if (it == peers_.end()) return;
  Known& known = it->second;
  if (from != said.id && !credible(said, known.incarnation)) {
    turn.out.push_back(Incredible{from});
    return;
  }
  const News lacks = news_in(entry_of(said.id, known), said);
  if (lacks.standing && from != said.id)
    answers.push_back(update_about(turn.now, said.id, lacks.summary));

  bool learned = false;
  const bool accuser_counts = update.accuser == self_ || peers_.contains(update.accuser);
  const HostId& accuser = accuser_counts && update.accuser != said.id ? update.accuser : from;
  const auto suspicion = suspicions_.find(said.id);
  if (news_in(said, entry_of(said.id, known)).standing) {
    const bool heard_just_now = known.heard_directly != Instant{} &&
                                turn.now - known.heard_directly < parameters_.probe_timeout;
    if (said.incarnation == known.incarnation && accusing(said.standing) && heard_just_now) {
      turn.out.push_back(Send{said.id, Delta{{Update{said, accuser, Duration{0}, std::nullopt}}}});
    } else {
      set_standing(turn, said.id, said.incarnation, said.standing, accuser);
      learned = true;
    }
  } else if (suspicion != suspicions_.end() && said.standing == Standing::kSuspect &&
             said.incarnation == known.incarnation && accuser_counts &&
             suspicion->second.confirm(accuser, members()) && relay) {
    rumours_.add_accuser(said.id, accuser, turn.now);
  }

  // No summary of a later run than known is left here: its incarnation has just been taken.
  const bool summary = update.summary && texts_fit(*update.summary) &&
                       news_in(said, entry_of(said.id, known)).summary;
  if (summary) {
    known.version = said.version;
    known.summary = *update.summary;
    known.summary_as_of = turn.now - std::clamp(update.age, Duration{0}, kAgeMost);
    turn.out.push_back(SummaryChanged{said.id});
  }
  if (relay && (learned || summary)) rumours_.add(said.id, summary, turn.now);
}

bool Gossip::learn_of_self(Turn& turn, const HostId& from, const DigestEntry& said) {
  if (!credible(said, incarnation_)) {
    turn.out.push_back(Incredible{from});
    return false;
  }
  if (left_) return news_in(own_entry(), said).standing;
  const News news = news_in(said, own_entry());
  // A run of at least this start count is remembered that was not this one: the store was lost.
  bool forgotten = said.incarnation.starts > incarnation_.starts;
  if (said.incarnation.starts >= incarnation_.starts && said.version > version_) {
    // A run that nobody here remembers wrote higher versions: only above them is ours read.
    version_ = said.version.next();
    rumours_.add(self_, true, turn.now);
    forgotten = true;
  }
  if (!news.standing && !forgotten) return news_in(own_entry(), said).standing;
  const Incarnation raised = forgotten ? next_start(said.incarnation) : above(said.incarnation);
  if (raised <= incarnation_) return false;
  incarnation_ = raised;
  if (accusing(said.standing)) health_.worse();
  // A mere refutation changes no summary; what is known of a run before is void with a new start.
  rumours_.add(self_, forgotten, turn.now);
  turn.out.push_back(Refuted{incarnation_});
  return true;
}

void Gossip::hear(Turn& turn, const HostId& from, Incarnation incarnation) {
  Known& known = peers_.at(from);
  if (incarnation.starts < known.incarnation.starts) {
    // A frame of an earlier run, late, or a host that forgot its start count: if so, this mends it.
    tell_accused(turn, from);
    return;
  }
  known.heard_directly = turn.now;
  settle_probes_of(from);
  if (incarnation > known.incarnation || !known.heard_of) {
    const bool returns = known.heard_of && known.standing != Standing::kAlive;
    set_standing(turn, from, incarnation, Standing::kAlive, {});
    if (returns) rumours_.add(from, false, turn.now);
    return;
  }
  if (!accusing(known.standing)) return;
  tell_accused(turn, from);
  // Dead is beyond clearing within an incarnation; the accused refutes what it was just told.
  if (known.standing == Standing::kSuspect && incarnation == known.incarnation) {
    rumours_.drop_subject(from);
    set_standing(turn, from, incarnation, Standing::kAlive, {});
  }
}

void Gossip::tell(Turn& turn, const HostId& id, Update of_it) {
  const auto told = told_.find(id);
  if (told != told_.end() && turn.now - told->second < kTellAgain) return;
  told_[id] = turn.now;
  turn.out.push_back(Send{id, Delta{{std::move(of_it)}}});
}

void Gossip::tell_accused(Turn& turn, const HostId& id) {
  tell(turn, id, update_about(turn.now, id, false));
}

/// It goes above the start that it is told of, and so above all that is remembered of it.
void Gossip::on(Turn& turn, const Forgetful& it) {
  const Incarnation remembered = std::max(peers_.at(it.from).incarnation, {it.starts, 0});
  const Incarnation later = next_start(remembered);
  const DigestEntry about{it.from, later, Standing::kAlive, Version{}};
  tell(turn, it.from, Update{about, {}, Duration{0}, std::nullopt});
}

void Gossip::accuse(Turn& turn, const HostId& id) {
  const auto suspicion = suspicions_.find(id);
  if (suspicion != suspicions_.end()) {
    if (suspicion->second.confirm(self_, members())) rumours_.add_accuser(id, self_, turn.now);
    return;
  }
  if (peers_.at(id).standing != Standing::kAlive) return;
  const Incarnation incarnation = peers_.at(id).incarnation;
  set_standing(turn, id, incarnation, Standing::kSuspect, self_);
  rumours_.add(id, false, turn.now);
  tell_accused(turn, id);
}

void Gossip::set_standing(Turn& turn, const HostId& id, Incarnation incarnation, Standing after,
                          const HostId& accuser) {
  Known& known = peers_.at(id);
  const Standing before = known.standing;
  const bool same_suspicion = before == after && incarnation == known.incarnation;
  if (incarnation.starts > known.incarnation.starts) known.version = {};
  known.incarnation = incarnation;
  known.standing = after;
  known.heard_of = true;
  known.accuser = accusing(after) ? accuser : HostId{};
  if (!same_suspicion) {
    suspicions_.erase(id);
    rumours_.drop_accusers(id);
  }
  if (after == Standing::kSuspect) {
    suspicions_.try_emplace(id, turn.now, known.accuser);
    const double chance = kWitnesses / static_cast<double>(std::max<std::size_t>(1, peers_.size()));
    if (accuser != self_ && !left_ && !probes_.probing(id) && random_.chance(chance))
      start_probe(turn, id, false);
  }
  if (before != after) turn.out.push_back(StandingChanged{id, before, after, known.accuser});
}

void Gossip::end_suspicions(Turn& turn) {
  std::vector<HostId> ended;
  for (const auto& [id, suspicion] : suspicions_) {
    if (turn.now >= suspicion.ends(parameters_, members())) ended.push_back(id);
  }
  for (const HostId& id : ended) {
    set_standing(turn, id, peers_.at(id).incarnation, Standing::kDead, self_);
    rumours_.add(id, false, turn.now);
  }
}

}  // namespace prumo::gossip
