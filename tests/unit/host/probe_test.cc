#include "src/host/probe.h"

#include <gtest/gtest.h>

#include "src/host/host_probe.h"
#include "tests/unit/host/fixture.h"

namespace prumo::host {
namespace {

class ProbeOfAHost : public HostFolder {
 protected:
  ProbeOfAHost() {
    options_.proc = (folder_ / "proc").string();
    options_.sys = (folder_ / "sys").string();
    cpu(0, 0);
    write("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 6291456 kB\n");
    interface("eth0", "device", "1000");
  }
  void cpu(int busy, int idle) {
    const std::string line =
        " " + std::to_string(busy) + " 0 0 " + std::to_string(idle) + " 0 0 0 0 0 0\n";
    write("proc/stat", "cpu " + line + "cpu0" + line + "cpu1" + line);
  }
  HostProbe probe() {
    return {options_, [this] { return now_; }};
  }

  Options options_;
  double now_ = 100;
};

TEST_F(ProbeOfAHost, ReadsCapacityAndMemoryAtOnce) {
  HostProbe probe = this->probe();
  const auto figures = probe.read();
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->capacity, (Resources{2, 8192, 1000}));
  EXPECT_EQ(figures->usage, (Resources{0, 2048, 0}));
  EXPECT_DOUBLE_EQ(figures->available_memory_mib, 6144);
}

TEST_F(ProbeOfAHost, MeasuresFromOneCallToTheNext) {
  HostProbe probe = this->probe();
  ASSERT_TRUE(probe.read());
  cpu(150, 50);
  counters("eth0", 1'250'000, 0);
  now_ += 5;
  EXPECT_EQ(probe.read()->usage, (Resources{1.5, 2048, 2}));
  cpu(150, 250);
  now_ += 5;
  EXPECT_EQ(probe.read()->usage, (Resources{0, 2048, 0}));
}

TEST_F(ProbeOfAHost, KeepsTheLastShareWhenTheCountersStoodStill) {
  HostProbe probe = this->probe();
  ASSERT_TRUE(probe.read());
  cpu(50, 50);
  ASSERT_DOUBLE_EQ(probe.read()->usage.cpu, 1);
  EXPECT_DOUBLE_EQ(probe.read()->usage.cpu, 1);
}

TEST_F(ProbeOfAHost, SpendsAShareOfTheGivenCapacity) {
  options_.capacity = {0.6, 4096, 100};
  HostProbe probe = this->probe();
  ASSERT_TRUE(probe.read());
  cpu(50, 50);
  now_ += 1;
  const auto figures = probe.read();
  EXPECT_EQ(figures->capacity, (Resources{0.6, 4096, 100}));
  EXPECT_DOUBLE_EQ(figures->usage.cpu, 0.3);
  EXPECT_DOUBLE_EQ(figures->available_memory_mib, 2048);
}

TEST_F(ProbeOfAHost, SurvivesCountersThatBeginAnew) {
  HostProbe probe = this->probe();
  cpu(5000, 5000);
  counters("eth0", 1'000'000'000, 0);
  ASSERT_TRUE(probe.read());
  cpu(10, 10);
  counters("eth0", 5, 0);
  now_ += 5;
  const auto figures = probe.read();
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->usage, (Resources{0, 2048, 0}));
  cpu(20, 20);
  now_ += 5;
  EXPECT_DOUBLE_EQ(probe.read()->usage.cpu, 1);
}

TEST_F(ProbeOfAHost, NamesTheFileThatIsMissing) {
  for (const char* file : {"stat", "meminfo"}) {
    const auto away = folder_ / "proc" / (std::string(file) + ".away");
    std::filesystem::rename(folder_ / "proc" / file, away);
    HostProbe probe = this->probe();
    const auto figures = probe.read();
    ASSERT_FALSE(figures);
    EXPECT_NE(figures.error().message.find(file), std::string::npos);
    std::filesystem::rename(away, folder_ / "proc" / file);
  }
}

TEST_F(ProbeOfAHost, SaysWhatToDoWithoutAnUplink) {
  std::filesystem::remove_all(net() / "eth0");
  HostProbe without = probe();
  ASSERT_FALSE(without.read());
  EXPECT_NE(without.read().error().message.find("uplinks"), std::string::npos);
  options_.capacity.network = 500;
  HostProbe given = probe();
  EXPECT_DOUBLE_EQ(given.read()->capacity.network, 500);
}

TEST(Probe, ReadsThisMachine) {
  Options options;
  options.capacity.network = 1000;
  const auto figures = make_probe(options)->read();
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_GE(figures->capacity.cpu, 1);
  EXPECT_GT(figures->usage.memory, 0);
  EXPECT_LE(figures->usage.memory, figures->capacity.memory);
}

}  // namespace
}  // namespace prumo::host
