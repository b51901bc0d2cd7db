#include "src/daemon/gather.h"

#include <algorithm>

namespace prumo::daemon {
namespace {
constexpr Duration kGatherPatience = 500ms;
/// An event stream asks each host by itself, in a cluster of hundreds.
constexpr std::size_t kMostPending = 8192;
/// Who copies or writes JSON calls itself for each level: an answer of brackets alone would take
/// all of the stack. Also, what is passed on must stay within what clients read.
constexpr int kDeepest = 24;

/// Discarded: it is no JSON, or nested too deeply.
nlohmann::json parsed(const std::string& text) {
  bool too_deep = false;
  auto data = nlohmann::json::parse(
      text,
      [&too_deep](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        too_deep = too_deep || depth > kDeepest;
        return depth <= kDeepest;
      },
      false);
  return too_deep ? nlohmann::json(nlohmann::json::value_t::discarded) : std::move(data);
}
}  // namespace

void Gather::ask(Instant now, const std::set<HostId>& whom, const std::string& what,
                 const std::string& argument, Done done) {
  if (whom.empty() || pending_.size() >= kMostPending) {
    done(Gathered{{}, {whom.begin(), whom.end()}});
    return;
  }
  const std::uint64_t id = ++last_id_;
  pending_[id] = Pending{whom, {}, now + kGatherPatience, std::move(done)};
  for (const HostId& host : whom) send_(host, Query{id, what, argument});
}

void Gather::on_answer(const HostId& from, const Answer& answer) {
  const auto it = pending_.find(answer.id);
  if (it == pending_.end() || it->second.missing.erase(from) == 0) return;
  auto data = parsed(answer.json);
  if (!answer.ok || data.is_discarded())
    it->second.gathered.unanswered.push_back(from);
  else
    it->second.gathered.answers[from] = std::move(data);
  if (it->second.missing.empty()) finish(it);
}

void Gather::expire(Instant now) {
  // All wait equally long, so the oldest is due first.
  while (!pending_.empty() && pending_.begin()->second.until <= now) finish(pending_.begin());
}

Instant Gather::next_deadline() const {
  return pending_.empty() ? Instant::never() : pending_.begin()->second.until;
}

void Gather::finish(std::map<std::uint64_t, Pending>::iterator it) {
  Pending p = std::move(it->second);
  pending_.erase(it);
  p.gathered.unanswered.insert(p.gathered.unanswered.end(), p.missing.begin(), p.missing.end());
  p.done(std::move(p.gathered));
}

}  // namespace prumo::daemon
