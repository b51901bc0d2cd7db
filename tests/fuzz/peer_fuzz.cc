// A member with a key may say anything at any moment. An input is a conversation (conversation.h)
// with a peer whose host is overloaded. Whatever is said, the peer stays within its bounds and goes
// on.

#include <nlohmann/json.hpp>
#include <optional>

#include "src/peer/effect_queue.h"
#include "src/peer/peer.h"
#include "src/peer/tables.h"
#include "src/wire/codec.h"
#include "src/wire/prefix.h"
#include "src/wire/status_json.h"
#include "tests/fuzz/conversation.h"
#include "tests/fuzz/input.h"

using namespace prumo;

namespace {

constexpr std::size_t kMostMessages = 48;
constexpr std::size_t kMostEffects = 5000;

Reading hot(Instant now) {
  Reading r;
  r.begun = now;
  r.hypervisor_ok = true;
  r.capacity = {4, 4096, 1000};
  r.usage = {3.9, 1024, 10};
  r.available_memory_mib = 3072;
  for (const char* name : {"a", "b"}) {
    Domain d;
    d.id = VmId(name);
    d.name = name;
    d.state = DomainState::kRunning;
    d.persistent = true;
    d.usage = {1, 256, 1};
    d.memory_mib = d.image_mib = 256;
    r.domains.push_back(std::move(d));
  }
  return r;
}

class Host {
 public:
  Host() : peer_(parameters(), start(), now_) {}

  void hears(std::size_t who, Duration after, std::string_view body) {
    const Instant end = now_ + after;
    while (peer_.next_deadline() < end) {
      now_ = std::max(now_ + 1ms, peer_.next_deadline());
      tell(Tick{});
    }
    now_ = std::max(now_, end);
    if (now_ - sampled_ > 1s) {
      sampled_ = now_;
      tell(Sampled{hot(now_)});
    }
    const auto frame = wire::decode({}, wire::begin_frame({}).append(body));
    if (!frame) return;
    tell(Received{fuzz::speaker(who), frame->incarnation, frame->run, frame->won, frame->message});
  }

  void check() {
    (void)wire::to_json(peer_.status(now_), "", policy::Parameters{})
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

 private:
  static Parameters parameters() {
    Parameters p;
    p.relief.sample_interval = 1s;
    return p;
  }
  static Start start() {
    Start s;
    s.self = HostId("h2");
    s.run = RunId{7};
    s.boot_id = "boot";
    s.members = fuzz::members();
    s.restored.starts = 1;
    s.seed = 7;
    return s;
  }

  void tell(const Event& event) {
    Effects effects;
    peer_.step(now_, event, effects);
    fuzz::require(effects.size() <= kMostEffects, "one event has a bounded answer");
    queue_.add(std::move(effects));
    std::vector<Event> reports;
    while (const auto effect = queue_.next(now_, reports)) {
      if (const auto* persist = std::get_if<Persist>(&*effect))
        queue_.stored(persist->sequence, reports);
      if (const auto* begun = std::get_if<StartMigration>(&*effect))
        reports.push_back(MigrationEnded{begun->op, MigrationEnded::How::kFailed, "no", 1s, 0s});
      if (std::holds_alternative<Observe>(*effect)) reports.push_back(Observed{hot(now_)});
    }
    for (const Event& report : reports) tell(report);
    bounded();
  }

  void bounded() {
    const DurableState& d = peer_.durable();
    fuzz::require(d.cooldowns.size() <= kMostCooldowns && d.avoided.size() <= kMostAvoided &&
                      d.unreported.size() <= kMostOwed && d.releases.size() <= kMostOwed &&
                      d.operator_needed.size() <= kMostOperatorNeeded &&
                      d.barred.size() <= fuzz::kMembers,
                  "what is durable is bounded");
    fuzz::require(d.election.accepted >= accepted_ && d.election.won >= won_,
                  "epochs never go back");
    accepted_ = d.election.accepted;
    won_ = d.election.won;
  }

  Instant now_{100s};
  Instant sampled_{0s};
  Peer peer_;
  EffectQueue queue_;
  Epoch accepted_;
  Epoch won_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view left = fuzz::text_of(data, size);
  const auto byte = [&left](std::size_t i) { return static_cast<std::uint8_t>(left[i]); };
  Host host;
  for (std::size_t i = 0; i < kMostMessages && left.size() >= 4; ++i) {
    const std::size_t who = byte(0);
    const Duration after = byte(1) * fuzz::kWaitStep;
    const std::size_t length = byte(2) + byte(3) * std::size_t{256};
    left.remove_prefix(4);
    const std::string_view body = left.substr(0, length);
    left.remove_prefix(body.size());
    host.hears(who, after, body);
  }
  host.check();
  return 0;
}
