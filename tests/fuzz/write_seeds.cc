// fuzz_seeds FOLDER: writes the seeds that are no text (frames, questions, a database,
// conversations) into FOLDER/TARGET. Those in corpus/ were written by it; so are new ones when
// messages change. Seeds that are text are written by hand.

#include <filesystem>
#include <fstream>
#include <iostream>

#include "src/store/store.h"
#include "src/wire/codec.h"
#include "src/wire/prefix.h"
#include "tests/fuzz/conversation.h"
#include "tests/unit/wire/random_message.h"

using namespace prumo;
namespace fs = std::filesystem;

namespace {

std::string body_of(const std::string& frame) { return frame.substr(wire::kPrefixSize); }

std::string body_of(const HostId& from, Message message) {
  return body_of(
      wire::encode(wire::ClusterId{}, {from, {1, 0}, RunId{1}, Epoch{}, std::move(message)}));
}

class Seeds {
 public:
  explicit Seeds(fs::path folder) : folder_(std::move(folder)) {}
  void write(const std::string& target, const std::string& name, const std::string& bytes) const {
    fs::create_directories(folder_ / target);
    std::ofstream(folder_ / target / name, std::ios::binary) << bytes;
  }

 private:
  fs::path folder_;
};

void write_frames(const Seeds& seeds) {
  constexpr std::size_t kSmall = 400;
  std::map<std::string, std::string> found;
  for (std::uint64_t seed = 1; seed < 300; ++seed) {
    Random random(seed);
    for (Message& message : wire::one_of_each(random)) {
      const std::string name = wire::name_of(message);
      const std::string body = body_of(HostId("h1"), std::move(message));
      std::string& best = found[name];
      if (best.empty() || (best.size() > kSmall && body.size() < best.size())) best = body;
    }
  }
  for (const auto& [name, body] : found) seeds.write("frame", name, body);
}

void write_questions(const Seeds& seeds) {
  const auto ask = [&](const std::string& command, std::vector<std::string> arguments) {
    seeds.write(
        "control", "ask-" + command,
        body_of(wire::encode(wire::ClusterId{}, wire::Ask{7, command, std::move(arguments)})));
  };
  ask("status", {});
  ask("explain", {"h1"});
  ask("abort", {"7.31.0"});
  const auto reply = [&](const std::string& name, wire::Code code, const std::string& json) {
    seeds.write("control", "reply-" + name,
                body_of(wire::encode(wire::ClusterId{}, wire::Reply{7, code, json})));
  };
  reply("failed", wire::Code::kFailed, R"({"error":"no"})");
  reply("event", wire::Code::kEvent, R"({"kind":"alive"})");
  reply("vms", wire::Code::kDone,
        R"({"vms":[{"id":"a","cpu":0.5,"movable":true}],"unanswered":["h2"]})");
}

void write_database(const Seeds& seeds) {
  const fs::path folder = fs::temp_directory_path() / "prumo-fuzz-seeds";
  fs::remove_all(folder);
  {
    auto opened = store::open_state(folder.string());
    DurableState state;
    state.starts = 3;
    if (!opened || !opened->store->write(state)) std::abort();
  }
  std::ifstream file(folder / "state.db", std::ios::binary);
  seeds.write("database", "state.db", {std::istreambuf_iterator<char>(file), {}});
  fs::remove_all(folder);
}

/// Follows h4, which coordinates, and is ordered to move a VM to h3.
std::string follows() {
  const std::uint64_t digest = fuzz::members().digest();
  const HostId h4("h4");
  std::string talk;
  const auto beat = [&](std::uint64_t sequence, Duration wait) {
    fuzz::say(talk, 3, wait,
              body_of(h4, election::Message(election::Heartbeat{Epoch{1}, sequence, digest})));
  };
  for (int i = 0; i < 2; ++i) beat(1, 1s);
  fuzz::say(talk, 3, 40ms, body_of(h4, election::Message(election::Coordinator{Epoch{1}, digest})));
  for (std::uint64_t i = 1; i < 7; ++i) beat(i, 700ms);
  fuzz::say(talk, 3, 0ms, body_of(h4, SendInfo{{Epoch{1}, Round{1}}}));
  Migrate order;
  order.round = {Epoch{1}, Round{1}};
  order.request = Request{(std::uint64_t{1} << 32U) + 1};
  order.moves = {{0, VmId("a"), "a", HostId("h3"), Micro{1}, Micro{1}}};
  fuzz::say(talk, 3, 0ms, body_of(h4, order));
  fuzz::say(talk, 2, 40ms,
            body_of(HostId("h3"), Reserved{{Epoch{1}, Round{1}, 0}, "test:///default", ""}));
  fuzz::say(talk, 2, 2s, body_of(HostId("h3"), ReleaseAck{{Epoch{1}, Round{1}, 0}, false}));
  fuzz::say(talk, 3, 40ms, body_of(h4, FinishedAck{{Epoch{1}, Round{1}, 0}}));
  fuzz::say(talk, 3, 40ms,
            body_of(h4, election::Message(election::Resign{Epoch{1}, HostId("h2")})));
  return talk;
}

/// Is elected, and is asked for relief.
std::string leads() {
  std::string talk;
  const HostId h1("h1");
  const HostId h3("h3");
  fuzz::say(talk, 0, 1600ms, body_of(h1, election::Message(election::Election{1})));
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t who : {0U, 2U}) {
      const HostId from = fuzz::speaker(who);
      fuzz::say(talk, who, 100ms,
                body_of(from, election::Message(election::Ok{1 + i / 2, false, true})));
      fuzz::say(talk, who, 0ms, body_of(from, election::Message(election::Accept{Epoch{1}})));
      fuzz::say(talk, who, 0ms,
                body_of(from, election::Message(election::HeartbeatAck{Epoch{1}, i, true, true})));
    }
  VmInfo cry;
  cry.request = Request{1};
  cry.host.capacity = {4, 4096, 1000};
  cry.host.usage = {3.9, 1000, 10};
  cry.host.healthy = true;
  cry.vms = {{VmId("x"), "x", {1, 100, 1}, 100, 100, "", {}},
             {VmId("y"), "y", {2, 100, 1}, 100, 100, "", {h3}}};
  fuzz::say(talk, 0, 20ms, body_of(h1, cry));
  Info info;
  info.round = {Epoch{1}, Round{1}};
  info.host = cry.host;
  info.host.usage = {1, 100, 1};
  info.host.available_memory_mib = 3000;
  info.host.slot_free = true;
  fuzz::say(talk, 2, 20ms, body_of(h3, info));
  MigrationFinished end;
  end.op = {Epoch{1}, Round{1}, 0};
  end.vm = VmId("x");
  end.to = h3;
  fuzz::say(talk, 0, 600ms, body_of(h1, end));
  fuzz::say(talk, 2, 20ms,
            body_of(h3, election::Message(election::Outdated{Epoch{1}, Epoch{5}, Epoch{4}})));
  return talk;
}

/// Is a destination, hears accusations and clones, and is asked to probe.
std::string receives() {
  std::string talk;
  const HostId h3("h3");
  const OpId op{Epoch{2}, Round{3}, 0};
  fuzz::say(talk, 2, 1s, body_of(h3, gossip::Message(gossip::Ping{1})));
  fuzz::say(talk, 2, 1s, body_of(h3, Reserve{op, VmId("z"), "z", {0, 10, 1}, 100, true}));
  fuzz::say(talk, 2, 1s, body_of(h3, Hold{op}));
  fuzz::say(talk, 2, 1s, body_of(h3, Release{op, VmId("z"), false}));
  gossip::Update update;
  update.about = {HostId("h1"), {1, 0}, gossip::Standing::kSuspect, Version{3}};
  update.accuser = h3;
  update.summary = gossip::Summary{};
  update.summary->pause = {true, 1, h3};
  fuzz::say(talk, 2, 0ms, body_of(h3, gossip::Message(gossip::Rumour{{update}})));
  update.about = {HostId("h2"), {1, 0}, gossip::Standing::kDead, Version{}};
  fuzz::say(talk, 2, 0ms, body_of(h3, gossip::Message(gossip::Delta{{update}})));
  fuzz::say(talk, 2, 0ms, body_of(h3, gossip::Message(gossip::Digest{{update.about}, false})));
  fuzz::say(talk, 2, 0ms, body_of(h3, gossip::Message(gossip::PingRequest{9, HostId("h1")})));
  fuzz::say(talk, 0, 40ms, body_of(HostId("h1"), gossip::Message(gossip::Ack{9, HostId("h1")})));
  fuzz::say(talk, 2, 0ms,
            body_of(h3, election::Message(
                            election::Refuse{Epoch{1}, election::Refusal::kEpoch, Epoch{9}, {}})));
  return talk;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  const Seeds seeds{fs::path(argv[1])};
  write_frames(seeds);
  write_questions(seeds);
  write_database(seeds);
  seeds.write("peer", "follows", follows());
  seeds.write("peer", "leads", leads());
  seeds.write("peer", "receives", receives());
  return 0;
}
