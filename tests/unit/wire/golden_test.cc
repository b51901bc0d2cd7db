// The bytes themselves: what a released daemon has sent must be understood for ever.

#include <gtest/gtest.h>

#include "tests/unit/wire/random_message.h"

namespace prumo::wire {
namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[static_cast<std::uint8_t>(c) >> 4U];
    text += kDigits[static_cast<std::uint8_t>(c) & 15U];
  }
  return text;
}

const std::string kPrefix =
    "50524d4f"
    "01"
    "00"
    "0102030405060708090a0b0c0d0e0f10";

TEST(Golden, Heartbeat) {
  const Envelope envelope{
      HostId("h1"),
      {3, 1},
      RunId{0x1122334455667788U},
      Epoch{7},
      election::Message(election::Heartbeat{Epoch{7}, 300, 0xFFFFFFFFFFFFFFFFU})};
  EXPECT_EQ(hex(encode(kCluster, envelope)), kPrefix +
                                                 "96"
                                                 "a26831"
                                                 "920301"
                                                 "cf1122334455667788"
                                                 "07"
                                                 "15"
                                                 "93"
                                                 "07"
                                                 "cd012c"
                                                 "cfffffffffffffffff");
}

TEST(Golden, Info) {
  HostFigures host;
  host.capacity = {16, 65536, 1000};
  host.usage = {0.5, 1024, 0};
  host.healthy = true;
  const std::string frame = hex(encode(
      kCluster, {HostId("h1"), {1, 0}, RunId{1}, Epoch{2}, Info{{Epoch{2}, Round{3}}, host}}));
  const std::string start = kPrefix +
                            "96"
                            "a26831"
                            "920100"
                            "01"
                            "02"
                            "22"
                            "92"
                            "920203";
  // The figures grow at their end.
  EXPECT_EQ(frame.substr(0, start.size()), start);
  EXPECT_EQ(frame.substr(start.size() + 2, 46), "9310ce00010000cd03e893cb3fe0000000000000cd0400");
}

TEST(Golden, HowAVmWouldMigrateStandsAtTheEndOfItsFigures) {
  VmInfo info;
  info.vms.emplace_back();
  info.vms[0].id = VmId("v1");
  info.vms[0].manner =
      policy::Manner{policy::MethodWish::kAuto, true, 300ms, 1min, 119.5, std::nullopt};
  const std::string frame =
      hex(encode(kCluster, {HostId("h1"), {1, 0}, RunId{1}, Epoch{2}, std::move(info)}));
  const std::string end =
      "90"  // avoids nobody
      "96"  // auto, post-copy allowed, 300 ms, 60 s, 119.5 MiB/s, not measured
      "03c3ce000493e0ce03938700cb405de00000000000c0";
  EXPECT_EQ(frame.substr(frame.size() - end.size()), end);
}

TEST(Golden, WhatWasExpectedStandsAtTheEndOfAReport) {
  MigrationFinished report;
  report.forecast = policy::Forecast{policy::Method::kStopAndCopy, 2000ms, 1000ms, 128, true,
                                     std::optional<double>(2)};
  report.copied_mib = 130;
  const std::string frame =
      hex(encode(kCluster, {HostId("h1"), {1, 0}, RunId{1}, Epoch{2}, std::move(report)}));
  const std::string end =
      "96"  // stop-and-copy, 2 s, 1 s, 128 MiB, converges, 2 MiB/s
      "01ce001e8480ce000f4240cc80c302"
      "cc82";
  EXPECT_EQ(frame.substr(frame.size() - end.size()), end);
}

TEST(Golden, Ask) {
  EXPECT_EQ(hex(encode(kCluster, Ask{5, "status", {"-v"}})), kPrefix +
                                                                 "93"
                                                                 "05"
                                                                 "a6737461747573"
                                                                 "91"
                                                                 "a22d76");
}

TEST(Golden, Reply) {
  EXPECT_EQ(
      hex(encode(kCluster, Reply{5, Code::kForbidden, R"({"why":"no","n":1.5,"l":[true,null]})"})),
      kPrefix +
          "93"
          "05"
          "03"
          "83"
          "a16c"
          "92c3c0"
          "a16e"
          "ca3fc00000"
          "a3776879"
          "a26e6f");
}

/// A number that is moved or used again makes two versions misunderstand each other.
TEST(Golden, TypeNumbersStayAsTheyAre) {
  std::string table;
  any_message(std::type_identity<Message>{}, [&]<class M>(std::type_identity<M>) {
    table += std::to_string(kTypeOf<M>.number) + " " + kTypeOf<M>.name + "\n";
    return false;
  });
  EXPECT_EQ(
      table,
      "1 digest\n2 delta\n3 rumour\n4 ping\n5 ack\n6 ping_request\n7 nack\n"
      "16 election\n17 ok\n18 coordinator\n19 accept\n20 refuse\n21 heartbeat\n22 heartbeat_ack\n"
      "23 outdated\n24 resign\n"
      "32 vm_info\n33 send_info\n34 info\n35 migrate\n36 no_relief\n37 reserve\n38 reserved\n"
      "39 refused\n40 ask\n41 hold\n42 release\n43 release_ack\n46 runs_here\n44 "
      "migration_finished\n45 "
      "finished_ack\n"
      "64 query\n65 answer\n");
}

}  // namespace
}  // namespace prumo::wire
