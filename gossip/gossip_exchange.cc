// Digests, deltas and rumours: what travels, and to whom.

#include <algorithm>
#include <iterator>

#include "gossip/gossip.h"
#include "gossip/order.h"
#include "gossip/size.h"

namespace prumo::gossip {
namespace {

/// Rumours that the budget held up for so many gossip periods are left to the rounds.
constexpr int kRumourPeriods = 2;

/// Collects entries while they fit.
template <class T>
class Filling {
 public:
  explicit Filling(std::size_t room) : room_(room) {}
  /// False when it does not fit any more.
  bool add(T item) {
    const std::size_t bytes = bytes_of(item);
    if (bytes > room_) return false;
    room_ -= bytes;
    items_.push_back(std::move(item));
    return true;
  }
  [[nodiscard]] std::vector<T> take() { return std::move(items_); }

 private:
  std::size_t room_;
  std::vector<T> items_;
};

}  // namespace

DigestEntry Gossip::entry_of(const HostId& id, const Known& known) const {
  // Of a host never heard of, the least of all reports, so that anything is news.
  if (!known.heard_of) return {id, {}, Standing::kAlive, {}};
  return {id, known.incarnation, known.standing, known.version};
}

DigestEntry Gossip::own_entry() const {
  return {self_, incarnation_, left_ ? Standing::kLeft : Standing::kAlive, version_};
}

Update Gossip::own_update(Instant now) const {
  Update update{own_entry(), {}, now - own_as_of_, std::nullopt};
  if (version_.value > 0) update.summary = own_;
  return update;
}

Update Gossip::update_about(Instant now, const HostId& id, bool with_summary) const {
  if (id == self_) {
    Update update = own_update(now);
    if (!with_summary) update.summary.reset();
    return update;
  }
  const Known& known = peers_.at(id);
  Update update{entry_of(id, known), known.accuser, Duration{0}, std::nullopt};
  if (with_summary && known.version.value > 0) {
    update.age = now - known.summary_as_of;
    update.summary = known.summary;
  }
  return update;
}

void Gossip::send_digest(Turn& turn) {
  digest_at_ = turn.now + jittered(parameters_.gossip_period / parameters_.fanout);
  const std::vector<HostId> partner =
      pick(1, [](const HostId&, const Known& known) { return live(known); });
  if (partner.empty()) return;
  const HostId& to = partner.front();

  Filling<DigestEntry> filling(kDigestBytesMost);
  filling.add(own_entry());
  filling.add(entry_of(to, peers_.at(to)));
  auto it = std::next(peers_.begin(), static_cast<std::ptrdiff_t>(random_.below(peers_.size())));
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (it->first != to && !filling.add(entry_of(it->first, it->second))) break;
    if (++it == peers_.end()) it = peers_.begin();
  }
  turn.out.push_back(Send{to, Digest{filling.take(), false}});
}

void Gossip::on_message(Turn& turn, const HostId& from, const Digest& digest) {
  Filling<Update> lacks(kBodyBytesMost);
  Filling<DigestEntry> wanted(kDigestBytesMost);
  // No honest digest is longer than the members; a longer one must not buy work.
  const std::size_t count = std::min(digest.entries.size(), members());
  for (std::size_t i = 0; i < count; ++i) {
    const DigestEntry& theirs = digest.entries[i];
    if (theirs.id == self_) {
      learn_of_self(turn, from, theirs);
      const News news = news_in(own_entry(), theirs);
      if (news.any()) lacks.add(update_about(turn.now, self_, news.summary));
      continue;
    }
    const auto it = peers_.find(theirs.id);
    if (it == peers_.end()) continue;
    const DigestEntry mine = entry_of(it->first, it->second);
    const News news = news_in(mine, theirs);
    if (news.any()) lacks.add(update_about(turn.now, theirs.id, news.summary));
    if (!digest.answer && news_in(theirs, mine).any()) wanted.add(mine);
  }
  std::vector<Update> updates = lacks.take();
  if (!updates.empty()) turn.out.push_back(Send{from, Delta{std::move(updates)}});
  std::vector<DigestEntry> entries = wanted.take();
  if (!entries.empty()) turn.out.push_back(Send{from, Digest{std::move(entries), true}});
}

void Gossip::send_updates(Turn& turn, const HostId& to, std::vector<Update> updates) {
  Filling<Update> filling(kBodyBytesMost);
  for (Update& update : updates) filling.add(std::move(update));
  std::vector<Update> fit = filling.take();
  if (!fit.empty()) turn.out.push_back(Send{to, Delta{std::move(fit)}});
}

void Gossip::on_message(Turn& turn, const HostId& from, const Delta& delta) {
  std::vector<Update> answers;
  for (const Update& update : delta.updates) learn(turn, from, update, false, answers);
  send_updates(turn, from, std::move(answers));
}

void Gossip::on_message(Turn& turn, const HostId& from, const Rumour& rumour) {
  std::vector<Update> answers;
  for (const Update& update : rumour.updates) learn(turn, from, update, true, answers);
  send_updates(turn, from, std::move(answers));
}

std::optional<Update> Gossip::rumour_about(Instant now, const RumourKey& key) const {
  if (key.subject != self_ && !peers_.contains(key.subject)) return std::nullopt;
  Update update = update_about(now, key.subject, rumours_.with_summary(key));
  if (key.accuser.empty()) return update;
  if (update.about.standing != Standing::kSuspect) return std::nullopt;
  update.accuser = key.accuser;
  return update;
}

void Gossip::flush_rumours(Turn& turn) {
  if (rumours_.empty() || turn.now < rumour_at_) return;
  rumours_.drop_older_than(turn.now - kRumourPeriods * parameters_.gossip_period);
  std::vector<HostId> to =
      pick(kRumourFanout, [](const HostId&, const Known& known) { return live(known); });
  // Alone, at the start say: anybody may be up.
  if (to.empty()) to = pick(kRumourFanout, [](const HostId&, const Known&) { return true; });
  if (to.empty()) rumours_.clear();

  const auto cost = [&](std::size_t bytes) { return static_cast<std::int64_t>(bytes * to.size()); };
  std::size_t bytes = bytes_of(Message{Rumour{}});
  std::vector<Update> updates;
  for (const RumourKey& key : rumours_.in_order()) {
    std::optional<Update> update = rumour_about(turn.now, key);
    if (!update) {
      rumours_.drop(key);
      continue;
    }
    const std::size_t with = bytes + bytes_of(*update);
    if (with > kBodyBytesMost) break;
    if (!budget_.affords(cost(with), turn.now)) {
      if (updates.empty()) {
        rumour_at_ = budget_.affords_at(cost(with));
        return;
      }
      break;
    }
    bytes = with;
    updates.push_back(std::move(*update));
    rumours_.sent(key, relay_steps(members()));
  }
  if (updates.empty()) return;
  budget_.spend(cost(bytes), turn.now);
  rumour_at_ = turn.now + parameters_.rumour_batch;
  for (const HostId& id : to) turn.out.push_back(Send{id, Rumour{updates}});
}

}  // namespace prumo::gossip
