#include "src/host/uplinks.h"

#include <gtest/gtest.h>

#include "tests/unit/host/fixture.h"

namespace prumo::host {
namespace {

using Uplinks = HostFolder;

TEST_F(Uplinks, AreThePhysicalInterfacesThatAreUp) {
  interface("eth0", "device", "10000");
  interface("eth1", "device", "10000", "down");
  interface("br0", "bridge", "10000");
  interface("vnet0", "", "10");
  interface("lo", "", "", "unknown");
  write("sys/class/net/bonding_masters", "");
  const auto uplinks = read_uplinks(net(), {}, 1000);
  ASSERT_TRUE(uplinks);
  ASSERT_EQ(uplinks->size(), 1U);
  EXPECT_DOUBLE_EQ(uplinks->at("eth0").speed_mbit, 10000);
}

TEST_F(Uplinks, BoundTogetherCountByTheirBond) {
  interface("bond0", "bonding", "20000");
  interface("eth0", "device", "10000");
  interface("eth1", "device", "10000");
  master("eth0", "bond0");
  master("eth1", "bond0");
  const auto uplinks = read_uplinks(net(), {}, 1000);
  ASSERT_TRUE(uplinks);
  ASSERT_EQ(uplinks->size(), 1U);
  EXPECT_DOUBLE_EQ(uplinks->at("bond0").speed_mbit, 20000);
}

TEST_F(Uplinks, InABridgeCountThemselves) {
  interface("br0", "bridge", "");
  interface("eth0", "device", "1000");
  master("eth0", "br0");
  EXPECT_TRUE(read_uplinks(net(), {}, 1000)->contains("eth0"));
}

TEST_F(Uplinks, HaveTheGivenSpeedWhereTheDriverDoesNotSay) {
  interface("eth0", "device", "-1");
  interface("eth1", "device", "");
  interface("eth2", "device", "4294967295");
  interface("eth3", "device", "0");
  const auto uplinks = read_uplinks(net(), {}, 2500);
  ASSERT_EQ(uplinks->size(), 4U);
  for (const auto& [name, uplink] : *uplinks) EXPECT_DOUBLE_EQ(uplink.speed_mbit, 2500) << name;
}

TEST_F(Uplinks, ThatAreNamedNeedNotBePhysical) {
  interface("eth0", "device", "1000");
  interface("veth7", "", "10000");
  const auto uplinks = read_uplinks(net(), {"veth7"}, 1000);
  ASSERT_TRUE(uplinks);
  EXPECT_EQ(uplinks->begin()->first, "veth7");
  EXPECT_EQ(uplinks->size(), 1U);
}

TEST_F(Uplinks, ThatAreNamedButNotThereAreAnError) {
  const auto uplinks = read_uplinks(net(), {"eth9"}, 1000);
  ASSERT_FALSE(uplinks);
  EXPECT_NE(uplinks.error().message.find("eth9"), std::string::npos);
  EXPECT_FALSE(read_uplinks(folder_ / "nowhere", {}, 1000));
}

TEST(Throughput, IsThatOfTheBusierDirection) {
  EXPECT_DOUBLE_EQ(throughput_mbit({{"a", {1000, 0, 0}}}, {{"a", {1000, 2'000'000, 1'000'000}}}, 2),
                   8);
}

TEST(Throughput, AddsUpTheUplinks) {
  EXPECT_DOUBLE_EQ(throughput_mbit({{"a", {0, 0, 0}}, {"b", {0, 0, 0}}},
                                   {{"a", {0, 1'000'000, 0}}, {"b", {0, 0, 500'000}}}, 1),
                   8);
}

TEST(Throughput, OfANewInterfaceOrACounterThatWentBackIsNothing) {
  EXPECT_DOUBLE_EQ(
      throughput_mbit({{"a", {0, 500, 500}}}, {{"a", {0, 100, 900}}, {"b", {0, 9999, 0}}}, 1), 0);
}

}  // namespace
}  // namespace prumo::host
