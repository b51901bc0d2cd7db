// The row of state.db: what is read is written the same again, and a peer starts from it.

#include "src/peer/peer.h"
#include "src/store/durable_json.h"
#include "tests/fuzz/input.h"

using namespace prumo;

namespace {

void start_from(const DurableState& state) {
  Start start;
  start.self = HostId("h1");
  start.run = RunId{1};
  start.boot_id = "boot";
  start.members = Members({{HostId("h1"), "tcp://127.0.0.1:1", "", 0},
                           {HostId("h2"), "tcp://127.0.0.1:2", "", 0},
                           {HostId("h3"), "tcp://127.0.0.1:3", "", 0}});
  start.restored = state;
  Instant now{10s};
  Peer peer(Parameters{}, start, now);
  for (int i = 0; i < 20; ++i) {
    Effects effects;
    peer.step(now, Tick{}, effects);
    now = std::max(now + 1ms, std::min(peer.next_deadline(), now + 1h));
  }
  (void)peer.status(now);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto state = store::parse(std::string(fuzz::text_of(data, size)));
  if (!state) return 0;
  const std::string written = store::to_text(*state);
  const auto again = store::parse(written);
  fuzz::require(again && store::to_text(*again) == written, "a state survives a restart");
  start_from(*state);
  return 0;
}
