#include "src/daemon/daemon.h"

#include <algorithm>
#include <utility>

#include "src/daemon/clock.h"
#include "src/wire/cluster_id.h"
#include "src/wire/status_json.h"

namespace prumo::daemon {
namespace {

/// A hypervisor that has not answered for so long is shown as silent.
constexpr Duration kPatience = 10s;
/// After SIGTERM, so long for the farewells to be stored and to leave the sockets.
constexpr Duration kFarewell = 300ms;
constexpr Duration kFlush = 1s;
constexpr Duration kLongestPoll = 1s;

}  // namespace

Daemon::Daemon(config::Config config, Parts parts)
    : config_(std::move(config)),
      parts_(std::move(parts)),
      journal_(parts_.start.self, parts_.start.run, *parts_.history, inbox_),
      peer_(config_.parameters, parts_.start, daemon::now()),
      looker_(*parts_.hypervisor, *parts_.probe, inbox_, config_.parameters.relief.sample_interval,
              std::max(kPatience, config_.parameters.relief.sample_interval),
              [this](Event event) {
                if (auto* s = std::get_if<Sampled>(&event); s && s->reading.hypervisor_ok)
                  return sampled(std::move(*s));
                feed(event);
              }),
      wishes_(config_,
              [this](const std::string& text) { journal_.say(Level::kWarning, "wishes", text); }),
      dirty_rates_(*parts_.hypervisor, inbox_),
      answers_(journal_, [this] { return peer_.status(now_); }),
      gather_([this](const HostId& to, const Query& query) { send(to, query); }),
      control_(wire::to_text(parts_.cluster).substr(0, 8), config_.parameters.policy, answers_,
               gather_, journal_,
               {[this] { return peer_.status(now_); },
                [this](Operator what) { feed(OperatorRequest{std::move(what)}); },
                [this](IncomingAsked asked) { feed(std::move(asked)); },
                [this](const transport::Client& client, const wire::Reply& reply) {
                  std::string frame = wire::encode(parts_.cluster, reply);
                  if (frame.size() > wire::kReplyMost)
                    frame = wire::encode(parts_.cluster,
                                         {reply.id, wire::Code::kFailed,
                                          R"({"error":"the answer is too long to be sent"})"});
                  return parts_.transport->reply(client, std::move(frame));
                },
                [this] { return counters(); }, [this] { return refused_.to_json(now_); },
                [this](const std::string& what) { fault("control", what); },
                [this](const VmId& vm, const std::string& words) {
                  return wishes_.plan(looker_.last_seen(vm), words, looker_.link_mib_s(),
                                      dirty_rates_.of(vm, now_));
                }}),
      flags_(*parts_.hypervisor, inbox_,
             [this](const std::string& why) { journal_.say(Level::kWarning, "autostart", why); }),
      storer_(*parts_.state, inbox_,
              [this](std::uint64_t sequence, const std::string& why) { stored(sequence, why); }),
      now_(daemon::now()) {
  parts_.transport->watch(inbox_.descriptor());
  parts_.transport->watch(parts_.signals);
}

void Daemon::run() {
  journal_.say(Level::kInfo, "start",
               parts_.start.self.value + " of " + std::to_string(parts_.members.size()) +
                   " members, start " + std::to_string(parts_.start.restored.starts) + ", mode " +
                   wire::name_of(parts_.start.mode) + ", seed " +
                   std::to_string(parts_.start.seed));
  for (const std::string& warning : parts_.warnings)
    journal_.say(Level::kWarning, "start", warning);
  while (now_ < stop_at_) turn();
  if (!storer_.flush(kFlush))
    journal_.say(Level::kWarning, "stop", "stopped while the state was being written");
  (void)journal_.flush(kFlush);
}

void Daemon::turn() {
  const Duration wait =
      std::clamp<Duration>(next_deadline() - daemon::now(), Duration{0}, kLongestPoll);
  parts_.transport->poll(wait, *this);
  now_ = daemon::now();
  // Time first: after a pause, what has ended must have ended before a message is looked at.
  if (now_ >= peer_.next_deadline()) feed(Tick{});
  for (const Task& task : std::exchange(arrived_, {})) task();
  storer_.turn(now_);
  looker_.turn(now_);
  gather_.expire(now_);
  control_.turn(now_);
}

Instant Daemon::next_deadline() const {
  return std::min({peer_.next_deadline(), storer_.next_deadline(), looker_.next_deadline(),
                   gather_.next_deadline(), control_.next_deadline(), stop_at_});
}

void Daemon::feed(const Event& event) {
  pending_.push_back(event);
  if (feeding_) return;  // an effect's report: it is taken up below, in its turn
  feeding_ = true;
  while (!pending_.empty()) {
    const Event next = std::move(pending_.front());
    pending_.pop_front();
    Effects effects;
    peer_.step(now_, next, effects);
    queue_.add(std::move(effects));
    drain();
  }
  feeding_ = false;
}

void Daemon::drain() {
  std::vector<Event> reports;
  // The clock is read anew for each: what must not happen late is judged at the moment it would.
  while (const auto effect = queue_.next(daemon::now(), reports))
    std::visit([this](const auto& e) { carry_out(e); }, *effect);
  for (Event& report : reports) pending_.push_back(std::move(report));
}

nlohmann::json Daemon::counters() const {
  nlohmann::json out = nlohmann::json::object();
  out["transport"] = parts_.transport->counters();
  out["events"] = journal_.counts();
  out["effects_dropped"] = queue_.dropped();
  return out;
}

void Daemon::leave() {
  feed(OperatorRequest{Shutdown{}});
  stop_at_ = std::min(stop_at_, now_ + kFarewell);  // asked again, it takes no longer
}

}  // namespace prumo::daemon
