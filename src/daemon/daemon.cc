#include "src/daemon/daemon.h"

#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "src/daemon/clock.h"
#include "src/wire/status_json.h"

namespace prumo::daemon {
namespace {

/// A hypervisor that has not answered for so long is shown as silent.
constexpr Duration kPatience = 10s;
/// After SIGTERM, so long for the farewells to be stored and to leave the sockets.
constexpr Duration kFarewell = 500ms;
constexpr Duration kFlush = 1s;

}  // namespace

Daemon::Daemon(config::Config config, Parts parts)
    : config_(std::move(config)),
      parts_(std::move(parts)),
      journal_(parts_.start.self, parts_.start.run, *parts_.history, inbox_),
      peer_(config_.parameters, parts_.start, daemon::now()),
      looker_(*parts_.hypervisor, *parts_.probe, inbox_, config_.parameters.relief.sample_interval,
              std::max(kPatience, config_.parameters.relief.sample_interval),
              [this](const Event& event) { feed(event); }),
      answers_(journal_, [this] { return peer_.status(now_); }),
      gather_([this](const HostId& to, const Query& query) { send(to, query); }),
      control_(wire::to_text(parts_.cluster), config_.parameters.policy, answers_, gather_,
               {[this] { return peer_.status(now_); },
                [this](Operator what) { feed(OperatorRequest{std::move(what)}); },
                [this](const transport::Client& client, const wire::Reply& reply) {
                  return parts_.transport->reply(client, wire::encode(parts_.cluster, reply));
                },
                [this] { return counters(); }}),
      now_(daemon::now()) {
  parts_.transport->watch(inbox_.descriptor());
  parts_.transport->watch(parts_.signals);
  for (const std::string& warning : parts_.warnings) journal_.say(Level::kWarning, "start", warning);
}

void Daemon::run() {
  journal_.say(Level::kInfo, "start",
               parts_.start.self.value + " of " + std::to_string(parts_.members.size()) +
                   " members, start " + std::to_string(parts_.start.restored.starts) + ", mode " +
                   wire::name_of(parts_.start.mode) + ", seed " + std::to_string(parts_.start.seed));
  while (now_ < stop_at_) turn();
  if (!store_worker_.wait_idle(kFlush)) spdlog::warn("stopped while the state was being written");
  if (!journal_.flush(kFlush)) spdlog::warn("stopped while the history was being written");
}

void Daemon::turn() {
  const Duration wait = std::clamp(next_deadline() - daemon::now(), Duration{0}, Duration(1s));
  // Rounded up to whole milliseconds, which is what a poll can wait; less would spin.
  parts_.transport->poll(std::chrono::ceil<std::chrono::milliseconds>(wait), *this);
  now_ = daemon::now();
  // Time first: after a pause, what has ended must have ended before a message is looked at.
  if (now_ >= peer_.next_deadline()) feed(Tick{});
}

// The transport hands over what has arrived while it polls; the clock is read once for all of it.
void Daemon::on_readable(int fd) {
  if (fd == parts_.signals) return on_signal();
  for (const Task& task : inbox_.drain()) task();
}

Instant Daemon::next_deadline() const {
  return std::min({peer_.next_deadline(), looker_.next_deadline(), gather_.next_deadline(),
                   control_.next_deadline(), stop_at_});
}

}  // namespace prumo::daemon
