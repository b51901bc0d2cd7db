#include "src/hypervisor/simulated_folder.h"

#include <gtest/gtest.h>

#include "tests/unit/hypervisor/simulated_scene.h"

namespace prumo::hypervisor {
namespace {

using SimulatedFolder = SimulatedScene;

SimulatedJob job_to_h2() {
  return {VmId("a"), HostId("h1"), HostId("h2"), Instant{100s}, 10s, 50ms, 1000};
}

TEST_F(SimulatedFolder, GivesBackTheVmThatWasDefined) {
  SimulatedVm written = vm("a", "h1");
  written.load.cpu = *LoadPattern::parse("0.5@0 3@20");
  written.started = 1700000000.25;
  written.autostart = true;
  written.persistent = false;
  written.pinned = "a passthrough device";
  written.state = DomainState::kPaused;
  put(written);
  const SimulatedVm read = world_at(Instant{}).vms.at(VmId("a"));
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.host, written.host);
  EXPECT_EQ(read.load.cpu, written.load.cpu);
  EXPECT_DOUBLE_EQ(read.started, written.started);
  EXPECT_TRUE(read.autostart);
  EXPECT_FALSE(read.persistent);
  EXPECT_EQ(read.pinned, written.pinned);
  EXPECT_EQ(read.state, DomainState::kPaused);
}

TEST_F(SimulatedFolder, NeedsOnlyFourKeysOfAVm) {
  write("vms/a", "# by hand\n\nid = a\nname=web 1\nhost = h1\nmemory_mib = 512\n");
  const SimulatedVm read = world_at(Instant{}).vms.at(VmId("a"));
  EXPECT_EQ(read.name, "web 1");
  EXPECT_DOUBLE_EQ(read.image_mib, 512);
  EXPECT_DOUBLE_EQ(read.load.memory.at(0), 512);
  EXPECT_EQ(read.state, DomainState::kRunning);
  EXPECT_TRUE(read.persistent);
}

TEST_F(SimulatedFolder, NamesTheFileThatCantBeUnderstood) {
  const std::string head = "id = a\nname = a\nhost = h1\n";
  for (const std::string& content :
       {std::string(), std::string("id = a\nna"), head, head + "memory_mib = many\n",
        head + "memory_mib = -1\n", head + "memory_mib = 1\nmemory_mib = 1\n",
        head + "memory_mib = 1\nimage_mib = 2\n", head + "memory_mib = 1\nstate = asleep\n",
        head + "memory_mib = 1\nautostart = yes\n", head + "memory_mib = 1\ncpu = 1@2 3@1\n",
        std::string("id = b\nname = a\nhost = h1\nmemory_mib = 1\n"),
        std::string("id = a\nname = a\nhost = ../h1\nmemory_mib = 1\n"), std::string(70000, 'x'),
        std::string("\0\xff\x01", 3)}) {
    write("vms/a", content);
    const auto lock = FolderLock::take(folder_);
    const auto world = resolve(folder_, Instant{});
    ASSERT_FALSE(world) << content;
    EXPECT_NE(world.error().message.find("vms/a"), std::string::npos) << world.error().message;
    EXPECT_EQ(world.error().message.find('\n'), std::string::npos);
  }
}

TEST_F(SimulatedFolder, RefusesIdsThatLeadOutOfIt) {
  for (const char* id : {"", "../x", "a/b", ".hidden", "a b"}) {
    EXPECT_FALSE(define_vm(folder_, vm(id, "h1"))) << id;
    EXPECT_FALSE(read_host(folder_, HostId(id))) << id;
  }
}

TEST_F(SimulatedFolder, NeedsAHostWithACapacity) {
  EXPECT_FALSE(read_host(folder_, HostId("h9")));
  write("hosts/h3", "cores = 0\nmemory_mib = 1\nnetwork_mbit = 1\n");
  EXPECT_FALSE(read_host(folder_, HostId("h3")));
  EXPECT_DOUBLE_EQ(read_host(folder_, HostId("h1"))->capacity.cpu, 4);
}

TEST_F(SimulatedFolder, LeavesAVmAtTheSourceWhileItsJobRuns) {
  put(vm("a", "h1"));
  ASSERT_TRUE(write_job(folder_, job_to_h2()));
  const SimulatedWorld world = world_at(Instant{109s});
  EXPECT_EQ(world.vms.at(VmId("a")).host, HostId("h1"));
  EXPECT_EQ(world.jobs.at(VmId("a")).total_mib, 1000);
}

TEST_F(SimulatedFolder, MovesAVmAtTheEndOfItsJobWhoeverLooks) {
  SimulatedVm travelling = vm("a", "h1");
  travelling.autostart = true;
  put(travelling);
  ASSERT_TRUE(write_job(folder_, job_to_h2()));
  const SimulatedWorld world = world_at(Instant{110s});
  EXPECT_TRUE(world.jobs.empty());
  EXPECT_EQ(world.vms.at(VmId("a")).host, HostId("h2"));
  EXPECT_FALSE(world.vms.at(VmId("a")).autostart);
  EXPECT_EQ(world_at(Instant{111s}).vms.at(VmId("a")).host, HostId("h2"));
}

TEST_F(SimulatedFolder, DropsTheJobOfASwitchThatWasKilledHalfWay) {
  put(vm("a", "h2"));
  ASSERT_TRUE(write_job(folder_, job_to_h2()));
  EXPECT_TRUE(world_at(Instant{110s}).jobs.empty());
  EXPECT_EQ(world_at(Instant{110s}).vms.at(VmId("a")).host, HostId("h2"));
}

TEST_F(SimulatedFolder, KeepsAVmAtTheSourceWhenAHostOfItsJobDies) {
  for (const char* dead : {"hosts/h1.down", "hosts/h2.down"}) {
    put(vm("a", "h1"));
    ASSERT_TRUE(write_job(folder_, job_to_h2()));
    write(dead, "");
    EXPECT_EQ(world_at(Instant{120s}).vms.at(VmId("a")).host, HostId("h1"));
    EXPECT_TRUE(world_at(Instant{120s}).jobs.empty());
    std::filesystem::remove(folder_ / dead);
  }
}

TEST_F(SimulatedFolder, DropsAJobOfBeforeTheMachinesLastBoot) {
  put(vm("a", "h1"));
  ASSERT_TRUE(write_job(folder_, job_to_h2()));
  const SimulatedWorld world = world_at(Instant{5s});
  EXPECT_TRUE(world.jobs.empty());
  EXPECT_EQ(world.vms.at(VmId("a")).host, HostId("h1"));
}

TEST_F(SimulatedFolder, DropsTheJobOfAVmThatIsGone) {
  ASSERT_TRUE(write_job(folder_, job_to_h2()));
  EXPECT_TRUE(world_at(Instant{101s}).jobs.empty());
}

TEST_F(SimulatedFolder, IgnoresFilesThatAreBeingWritten) {
  write("vms/.a.77.0", "id = a\nna");
  EXPECT_TRUE(world_at(Instant{}).vms.empty());
}

}  // namespace
}  // namespace prumo::hypervisor
