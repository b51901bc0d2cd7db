#include "tests/simulation/engine/machine.h"

#include <algorithm>
#include <utility>

#include "src/core/run.h"
#include "src/wire/codec.h"
#include "tests/simulation/engine/draw.h"

namespace prumo::simulation {

namespace {
constexpr wire::ClusterId kCluster{'s', 'i', 'm', 'u', 'l', 'a', 't', 'e', 'd'};
constexpr Duration kHookWaits = 1s;
constexpr std::size_t kMostWaiting = 1'000;  ///< what a socket keeps for a process that is stopped

void lift_limit(Effect& effect) {
  if (auto* send = std::get_if<Send>(&effect)) send->not_after.reset();
  if (auto* start = std::get_if<StartMigration>(&effect)) start->not_after = Instant::never();
}
}  // namespace

Machine::Machine(World world, std::size_t index, Random random)
    : world_(world),
      index_(index),
      random_(random),
      clock_(world.scenario.hosts[index].rate_ppm),
      disk_(world.heap, random.fork("disk"),
            [this](const DurableState& state) { world_.watcher.landed(index_, state); }),
      members_(world.scenario.members),
      present_(index < world.scenario.members.size()),
      up_(present_) {
  clock_.boot(-world.scenario.hosts[index].uptime);
}

std::size_t Machine::queued() const { return process_ ? process_->queue.size() : 0; }

// ---- power and process ----

void Machine::start_daemon(Duration wait) {
  world_.heap.after(draw(random_, 1ms, wait), [this, wait, power = power_life_] {
    if (power != power_life_ || !up_ || process_) return;
    if (disk_.hangs()) return start_daemon(wait);  // it can't read its store
    begin_process();
  });
}

void Machine::begin_process() {
  DurableState restored = disk_.open();
  const Breakage& broken = world_.scenario.breakage;
  if (broken.forget_slot) restored.slot = {};
  if (broken.forget_cooldowns) restored.cooldowns.clear();
  if (broken.forget_election) restored.election = {};
  if (broken.forget_operation) {
    restored.operation.reset();
    restored.last_obeyed = {};
  }
  if (broken.forget_starts) restored.starts = 0;
  ++restored.starts;
  disk_.write_now(restored);

  const RunId run = run_in(boot_id(), random_.next());
  process_.emplace(Process{Peer(world_.scenario.parameters,
                                Start{.self = world_.scenario.id(index_),
                                      .run = run,
                                      .boot_id = boot_id(),
                                      .members = members_,
                                      .restored = std::move(restored),
                                      .seed = random_.next(),
                                      .mode = gossip::Mode::kAuto},
                                broken.early_start ? now() - 1min : now()),
                           EffectQueue{}, run});
  world_.watcher.daemon_started(index_);
  step(Tick{});
  sample();
}

std::string Machine::boot_id() const {
  const std::uint64_t boot = world_.scenario.breakage.same_boot ? 0 : boots_;
  return "boot-" + std::to_string(index_) + "-" + std::to_string(boot);
}

void Machine::end_process() {
  process_.reset();
  ++life_;
  if (disk_.crash()) tell("finds a write that had failed");
  waiting_.clear();
  stopped_until_ = TrueTime{0};
  armed_for_ = TrueTime::max();
  observing_ = observe_again_ = false;
  doom_.reset();
}

void Machine::tell(const std::string& what) {
  world_.watcher.fault(world_.scenario.name(index_) + " " + what);
}

void Machine::kill_daemon(Duration down) {
  if (!process_) return;
  tell("daemon is killed");
  end_process();
  world_.heap.after(down, [this, power = power_life_] {
    if (power == power_life_) start_daemon(300ms);
  });
}

void Machine::shut_daemon_down(Duration down) {
  if (!process_) return;
  tell("daemon is told to leave");
  request(Shutdown{});
  world_.heap.after(500ms, [this, life = life_, down] {
    if (life == life_) kill_daemon(down);
  });
}

void Machine::crash(Duration down) {
  if (!up_ || !present_) return;
  tell("loses power");
  up_ = false;
  ++power_life_;
  if (process_) end_process();
  asked_.clear();
  world_.virtualisation.crash(index_);
  world_.watcher.lost_power(index_);
  world_.heap.after(down, [this, power = power_life_] {
    if (power == power_life_) power_on();
  });
}

void Machine::power_on() {
  tell("boots");
  up_ = true;
  ++power_life_;
  ++boots_;
  clock_.boot(world_.heap.now());
  world_.virtualisation.boot(index_);
  world_.virtualisation.hang(index_, draw(random_, 0ms, 8s));
  start_daemon(5s);
}

void Machine::die_after_next_write(Duration down, bool power) {
  if (process_) doom_ = Doom{down, power};
}

void Machine::stop(Duration length) {
  if (!process_ || stopped()) return;
  tell("daemon is stopped for " + std::to_string(seconds(length)) + " s");
  stopped_until_ = world_.heap.now() + length;
  world_.heap.at(stopped_until_, [this, life = life_] {
    if (life == life_) resume();
  });
}

void Machine::resume() {
  if (stopped()) return;
  std::deque<Task> tasks = std::exchange(waiting_, {});
  // Either may come first, the look at the clock or what lay in the sockets.
  if (process_ && random_.chance(0.5)) step(Tick{});
  for (const Task& task : tasks)
    if (process_) task();
  if (process_) step(Tick{});
}

void Machine::appear(const DurableState& store) {
  present_ = true;
  disk_.write_now(store);
  power_on();
}

void Machine::remove() {
  present_ = false;
  removed_at_ = world_.heap.now();
  if (process_) end_process();
  ++power_life_;  // nobody starts it again
  if (!std::exchange(up_, true)) world_.virtualisation.boot(index_);
}

void Machine::mend() {
  if (!present_) return;
  if (stopped()) {
    stopped_until_ = world_.heap.now();
    resume();
  }
  disk_.stop_hang();
  if (!up_) power_on();
  if (!process_) start_daemon(1s);
}

// ---- events in ----

void Machine::post(Task task) {
  if (!process_) return;
  if (!stopped()) return task();
  waiting_.push_back(std::move(task));
}

void Machine::post_after(Duration wait, Task task) {
  world_.heap.after(wait, [this, life = life_, task = std::move(task)] {
    if (life == life_) post(task);
  });
}

void Machine::receive(std::size_t from, const std::string& frame) {
  if (!process_) return;
  world_.fingerprint.add(static_cast<std::uint64_t>(world_.heap.now().count()));
  world_.fingerprint.add(frame);
  auto envelope = wire::decode(kCluster, frame);
  if (!envelope || envelope->from != world_.scenario.id(from)) return;
  if (world_.scenario.breakage.refusals_accept)
    if (auto* election = std::get_if<election::Message>(&envelope->message))
      if (const auto* refuse = std::get_if<election::Refuse>(election))
        *election = election::Accept{refuse->epoch};
  const std::optional<Clone>& clone = world_.scenario.clone;
  if (clone && world_.scenario.breakage.one_run && envelope->from == world_.scenario.id(clone->of))
    envelope->run = RunId{1};
  Received received{std::move(envelope->from), envelope->incarnation, envelope->run, envelope->won,
                    std::move(envelope->message)};
  if (const auto* release = std::get_if<Release>(&received.message);
      release != nullptr && world_.scenario.breakage.release_frees && !stopped()) {
    const VmId vm = release->vm;
    step(received);
    return see_without(vm);
  }
  if (!stopped()) return step(std::move(received));
  if (waiting_.size() < kMostWaiting)
    waiting_.push_back([this, event = std::move(received)] { step(event); });
}

void Machine::ask(const VmId& vm, std::function<void(bool)> answer) {
  const std::uint64_t question = ++questions_;
  asked_[question] = std::move(answer);
  post_after(draw(random_, 1ms, 50ms), [this, question, vm] {
    step(IncomingAsked{question, vm, vm.value});
  });
  world_.heap.after(kHookWaits,
                    [this, question] { conclude(question, world_.scenario.hook_yes_when_silent); });
}

void Machine::conclude(std::uint64_t question, bool yes) {
  const auto it = asked_.find(question);
  if (it == asked_.end()) return;
  const std::function<void(bool)> answer = std::move(it->second);
  asked_.erase(it);
  answer(yes);
}

void Machine::request(const Operator& what) {
  post([this, what] { step(OperatorRequest{what}); });
}

void Machine::set_members(const Members& members) {
  if (members == members_) return;
  members_ = members;
  request(NewMembers{members_});
}

void Machine::step(const Event& event) {
  world_.fingerprint.add((index_ << 8U) | event.index());
  effects_.clear();
  process_->peer.step(now(), event, effects_);
  world_.watcher.stepped(index_, effects_);
  const Breakage& broken = world_.scenario.breakage;
  if (broken.late_effects) std::for_each(effects_.begin(), effects_.end(), lift_limit);
  if (broken.unordered_effects) {
    for (Effect& effect : std::exchange(effects_, {})) carry_out(std::move(effect));
  } else {
    process_->queue.add(std::exchange(effects_, {}));
    carry_out();
  }
  arm();
}

void Machine::arm() {
  // Sooner than the deadline is harmless, so an earlier alarm is left in place.
  const TrueTime due = clock_.when(process_->peer.next_deadline());
  if (due >= armed_for_) return;
  armed_for_ = due;
  const Duration oversleep = draw_tailed(random_, 0ms, 1ms, 0.01, 20ms);
  world_.heap.at(due == TrueTime::max() ? due : std::max(due, world_.heap.now()) + oversleep,
                 [this, life = life_, due] {
                   if (life != life_ || armed_for_ != due) return;
                   armed_for_ = TrueTime::max();
                   if (stopped()) return;  // `resume` ticks
                   if (process_->peer.next_deadline() <= now())
                     step(Tick{});
                   else
                     arm();
                 });
}

// ---- effects out ----

void Machine::carry_out() {
  std::vector<Event> events;
  while (std::optional<Effect> effect = process_->queue.next(now(), events))
    carry_out(*std::move(effect));
  for (const Event& event : events) post_after(Duration{0}, [this, event] { step(event); });
}

void Machine::carry_out(Effect effect) {
  if (auto* s = std::get_if<Send>(&effect)) return send(std::move(*s));
  if (const auto* s = std::get_if<StartMigration>(&effect)) return start_migration(*s);
  if (const auto* a = std::get_if<AbortMigration>(&effect))
    return world_.virtualisation.abort(index_, a->vm);
  if (const auto* s = std::get_if<SetAutostart>(&effect))
    return world_.virtualisation.set_autostart(index_, s->vm, s->on);
  if (const auto* v = std::get_if<prumo::Verdict>(&effect)) return conclude(v->question, v->yes);
  if (std::holds_alternative<Observe>(effect)) {
    observe_again_ = true;
    if (!observing_) look(false);
    return;
  }
  if (const auto* p = std::get_if<Persist>(&effect)) return persist(*p);
}

void Machine::send(Send what) {
  if (world_.scenario.breakage.mute_twins && std::holds_alternative<RunsHere>(what.message)) return;
  const wire::Envelope envelope{world_.scenario.id(index_), process_->peer.incarnation(),
                                process_->run, process_->peer.won(), std::move(what.message)};
  const std::size_t to = world_.scenario.index(what.to);
  world_.watcher.sent(index_, to, envelope);
  world_.network.send(index_, to, wire::encode(kCluster, envelope));
}

void Machine::start_migration(const StartMigration& what) {
  MigrationOrder order{.op = what.op,
                       .vm = what.vm,
                       .from = index_,
                       .to = world_.network.led(index_, world_.scenario.index(what.to)),
                       .clear_autostart = what.clear_autostart};
  order.watched = [this, life = life_] { return life == life_; };
  order.on_end = [this, life = life_](const MigrationEnded& end) {
    if (life == life_) post([this, end] { step(end); });
  };
  order.on_progress = [this, life = life_](const MigrationProgress& progress) {
    if (life == life_) post([this, progress] { step(progress); });
  };
  if (world_.scenario.breakage.repeated_orders) world_.virtualisation.migrate(order);
  world_.virtualisation.migrate(std::move(order));
}

void Machine::persist(const Persist& what) {
  const Breakage& broken = world_.scenario.breakage;
  const bool watched = !broken.unordered_effects && !broken.late_effects;
  if (watched) {
    if (!process_->writes.begin(what.sequence, now())) {
      return post_after(Duration{0},
                        [this, sequence = what.sequence] { persisted(sequence, false); });
    }
    post_after(clock_.when(process_->writes.next_deadline()) - world_.heap.now(), [this] {
      if (const auto given_up = process_->writes.overdue(now())) persisted(*given_up, false);
    });
  }
  disk_.write(what.sequence, what.state,
              [this, watched, life = life_](std::uint64_t sequence, bool ok) {
                if (life != life_) return;
                if (ok && doom_) {
                  const Doom doom = *doom_;
                  return doom.power ? crash(doom.down) : kill_daemon(doom.down);
                }
                post([this, watched, sequence, ok] {
                  if (!watched || process_->writes.ended(sequence)) return persisted(sequence, ok);
                  if (ok) tell("stores a write that was given up");
                });
              });
}

void Machine::persisted(std::uint64_t sequence, bool ok) {
  std::vector<Event> events;
  if (world_.scenario.breakage.unordered_effects)
    events.push_back(ok ? Event{Stored{sequence}} : Event{StoreFailed{sequence, "disk full"}});
  else if (ok)
    process_->queue.stored(sequence, events);
  else
    process_->queue.store_failed(sequence, "no space left on device", events);
  for (const Event& event : events) step(event);
  carry_out();
}

// ---- looks ----

void Machine::see_without(const VmId& vm) {
  Reading reading = world_.virtualisation.look(index_, false);
  std::erase_if(reading.domains, [&vm](const Domain& domain) { return domain.id == vm; });
  reading.begun = now() + Duration{1};
  step(Observed{std::move(reading)});
}

void Machine::sample() {
  look(true);
  const Duration interval = world_.scenario.parameters.relief.sample_interval;
  post_after(clock_.when(now() + interval) - world_.heap.now(), [this] { sample(); });
}

/// What is seen is true somewhere between the begin of a look and its delivery.
void Machine::look(bool with_usage) {
  const Instant begun = now();
  const bool hung = world_.virtualisation.hangs(index_);
  const Duration answer =
      hung ? Duration{2s}
           : draw_tailed(random_, 1ms, 60ms, world_.scenario.hypervisor.slow_look, 4s);
  const Duration until_seen = draw(random_, 0ms, answer);
  if (!with_usage) {
    observing_ = true;
    observe_again_ = false;
  }
  world_.heap.after(until_seen,
                    [this, life = life_, begun, with_usage, rest = answer - until_seen] {
                      if (life != life_) return;
                      Reading reading = world_.virtualisation.look(index_, with_usage);
                      reading.begun = begun;
                      reading.connect_uri = "sim+" + world_.scenario.id(index_).value;
                      reading.migrate_uri = "tcp:" + world_.scenario.id(index_).value;
                      post_after(rest, [this, reading = std::move(reading), with_usage]() mutable {
                        if (world_.scenario.breakage.stale_readings) reading.begun = now();
                        if (with_usage) return step(Sampled{std::move(reading)});
                        step(Observed{std::move(reading)});
                        observing_ = false;
                        if (process_ && observe_again_) look(false);
                      });
                    });
}

}  // namespace prumo::simulation
