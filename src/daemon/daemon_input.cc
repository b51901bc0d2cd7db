// What comes in from outside: frames, questions and signals. While the transport polls, arrivals
// are only collected; they are looked at after the clock has been read.

#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "config/folders.h"
#include "policy/likely.h"
#include "src/daemon/daemon.h"
#include "src/daemon/options.h"

namespace prumo::daemon {
namespace {

/// 100 questions a second, 200 at once: 16 event streams ask 40 times a second.
constexpr transport::Allowance::Price kQueryPrice{10ms, std::chrono::nanoseconds{0}, 2s};
constexpr std::size_t kMostUnanswered = 32;
constexpr std::size_t kMostMeasured = 8;  ///< VMs whose dirty rate is worth a second of QEMU's work

}  // namespace

void Daemon::on_frame(const HostId& from, std::string_view frame) {
  arrived_.push_back([this, from, bytes = std::string(frame)] { take_frame(from, bytes); });
}

void Daemon::on_request(const transport::Client& client, transport::Role role,
                        std::string_view frame) {
  arrived_.push_back([this, client, role, bytes = std::string(frame)] {
    if (const auto ask = wire::decode_ask(parts_.cluster, bytes))
      control_.on_ask(now_, client, role, *ask);
    else
      fault("control", wire::name_of(ask.error()));
  });
}

/// Says of each VM how it would migrate. What it writes is measured while it may have to.
void Daemon::sampled(Sampled event) {
  wishes_.sampled(event.reading.domains);
  for (Domain& d : event.reading.domains)
    d.manner = policy::manner_of(wishes_.settings(d.name, d.wishes), looker_.link_mib_s(),
                                 dirty_rates_.of(d.id, now_));
  feed(event);
  measure_likely();
}

void Daemon::measure_likely() {
  const Status status = peer_.status(now_);
  policy::Host host{parts_.start.self, status.capacity, status.measured, {}, {}};
  for (const HostStatus& h : status.hosts)
    for (const Resource r : kResources)
      if (h.self) host.usage[r] = std::max(host.usage[r], h.summary.usage[r]);
  std::vector<policy::Vm> vms;
  for (const Domain& d : status.domains) {
    if (d.state != DomainState::kRunning || d.job != Job::kNone) continue;
    vms.push_back({d.id, d.name, host.id, d.usage, d.image_mib, d.memory_mib, d.pinned, {}});
  }
  dirty_rates_.want(policy::likely_to_leave(host, vms, config_.parameters.policy, kMostMeasured),
                    now_);
}

void Daemon::on_readable(int fd) {
  if (fd == parts_.signals) return on_signal();
  for (Task& task : inbox_.drain()) arrived_.push_back(std::move(task));
}

void Daemon::on_refused(const std::string& who, const std::string& what, std::uint64_t times) {
  fault(who, what, times);
}

void Daemon::take_frame(const HostId& from, const std::string& bytes) {
  auto envelope = wire::decode(parts_.cluster, bytes);
  const std::string& shown = from.empty() ? std::string("mesh") : from.value;
  if (!envelope) return fault(shown, wire::name_of(envelope.error()));
  // The key proves who sent it; without keys (insecure) the frame's own word must do.
  if (!from.empty() && envelope->from != from) return fault(shown, "sender mismatch");
  if (envelope->from == parts_.start.self) {
    if (envelope->run != parts_.start.run)
      feed(DuplicateId{parts_.start.self, "another daemon uses this id and key"});
    return;
  }
  if (!parts_.members.find(envelope->from)) return fault(shown, "no member");
  if (const auto* query = std::get_if<Query>(&envelope->message))
    return take_query(envelope->from, *query);
  if (const auto* answer = std::get_if<Answer>(&envelope->message))
    return gather_.on_answer(envelope->from, *answer);
  feed(Received{envelope->from, envelope->incarnation, envelope->run, envelope->won,
                std::move(envelope->message)});
}

/// A question costs more than a frame, and some of them the history's thread, which this host's own
/// operators need too.
void Daemon::take_query(const HostId& from, const Query& query) {
  Asker& asker = askers_[from];
  if (!asker.allowance.take(kQueryPrice, 0, transport::Allowance::Clock::now()))
    return fault(from.value, "more questions than it may");
  if (asker.unanswered >= kMostUnanswered) return send(from, Answer{query.id, false, "{}"});
  ++asker.unanswered;
  control_.on_query(query, [this, from](Answer answer) {
    if (const auto it = askers_.find(from); it != askers_.end() && it->second.unanswered > 0)
      --it->second.unanswered;
    send(from, std::move(answer));
  });
}

/// A peer's fault is counted always and seldom told: a flood of bad frames must not fill the log.
void Daemon::fault(const std::string& from, const std::string& reason, std::uint64_t times) {
  if (refused_.add(now_, from, reason, times))
    journal_.say(Level::kWarning, "fault",
                 from + " sends what is refused: " + reason + " (counted from now on)");
}

void Daemon::on_signal() {
  signalfd_siginfo info{};
  while (read(parts_.signals, &info, sizeof info) == sizeof info) {
    const bool again = info.ssi_signo == SIGHUP;
    arrived_.push_back([this, again] { again ? reload() : leave(); });
  }
}

/// Members, clients and the mode are read again; one bad file, and all stays as it was.
void Daemon::reload() {
  const auto config = config::load(config_.path);
  if (!config) return journal_.say(Level::kError, "reload", config.error().message);
  const auto members = config::load_members(*config);
  if (!members) return journal_.say(Level::kError, "reload", members.error().message);
  if (config->id != parts_.start.self)
    return journal_.say(Level::kError, "reload", config->path + ": id has changed; restart prumod");
  const auto clients = load_clients(*config);
  if (!clients) return journal_.say(Level::kError, "reload", clients.error().message);
  parts_.members = *members;
  std::erase_if(askers_, [&](const auto& a) { return members->find(a.first) == nullptr; });
  parts_.transport->set_members(*members);
  parts_.transport->set_clients(*clients);
  feed(OperatorRequest{NewMembers{*members}});
  feed(OperatorRequest{SetMode{config->mode}});
  journal_.say(Level::kInfo, "reload",
               std::to_string(members->size()) + " members, " + std::to_string(clients->size()) +
                   " clients");
}

}  // namespace prumo::daemon
