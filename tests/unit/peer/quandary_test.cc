// What an operator is told, word for word: it must be enough to act on.

#include "src/peer/quandary.h"

#include <gtest/gtest.h>

namespace prumo {
namespace {

const Named kVm{VmId("9e57-3"), "web3"};
const HostId kHere("h1");
const HostId kThere("h2");

TEST(Quandary, PausedHalfWay) {
  EXPECT_EQ(
      paused_half_way(kVm, kHere, kThere),
      "paused by a migration that did not end. Look on h1 and on h2: virsh domstate web3 "
      "--reason. If it runs on h2, on h1: virsh destroy web3; if it does not run there, first "
      "on h2: virsh destroy web3 (when it is there at all), then on h1: virsh resume web3. "
      "Then: prumo settle 9e57-3");
  EXPECT_NE(paused_half_way(kVm, kHere, HostId{}).find("on the other host"), std::string::npos);
}

TEST(Quandary, CameInHalf) {
  EXPECT_EQ(came_in_half(kVm, kHere),
            "came in half and no migration goes on. Look on h1 and on its source: virsh domstate "
            "web3 --reason. If its source has it, on h1: virsh destroy web3, and, if it is paused "
            "there, on its source: virsh resume web3; if its source has it no more, on h1: virsh "
            "resume web3. Then: prumo settle 9e57-3");
}

TEST(Quandary, StillDefined) {
  EXPECT_EQ(still_defined(kVm, kHere, kThere),
            "migrated away and still defined here: a start here would run it twice. Look on h2 and "
            "on h1: virsh domstate web3 --reason. If it runs on h2, on h1: virsh undefine web3. "
            "Then: prumo settle 9e57-3");
}

TEST(Quandary, ShutOffHalfWay) {
  EXPECT_EQ(
      shut_off_half_way(kVm, kHere, kThere),
      "shut off here after its move to h2 began. Look on h2 and on h1: virsh domstate web3 "
      "--reason. If it runs on h2, on h1: virsh undefine web3; if it runs nowhere, start it on "
      "one host only, on h1: virsh start web3. Then: prumo settle 9e57-3");
}

TEST(Quandary, RunsTwice) {
  EXPECT_EQ(runs_twice(kVm, kHere, kThere),
            "runs here and on h2: both write to its disks. Look at once on h1 and on h2: virsh "
            "domstate web3 --reason, and which of them its users reach. End the other one, on h1: "
            "virsh destroy web3 or on h2: virsh destroy web3, and check its disks. Then: prumo "
            "settle 9e57-3");
}

TEST(Quandary, RunsNowhere) {
  EXPECT_EQ(runs_nowhere(kVm, kHere, kThere),
            "left this host and does not run on h2. Look on every host: virsh list --all --uuid "
            "--name. If it is nowhere, define it again from its backup on one host and start it "
            "there, not before h2 and h1 have both been looked at. Then: prumo settle 9e57-3");
}

}  // namespace
}  // namespace prumo
