#include <gtest/gtest.h>

#include "tests/unit/transport/cluster.h"
#include "tests/unit/transport/raw.h"

namespace prumo::transport {
namespace {

TEST(Mesh, DeliversToEveryMemberAndSaysWhoSent) {
  Cluster cluster(3);
  for (std::size_t from = 1; from <= 3; ++from)
    for (std::size_t to = 1; to <= 3; ++to)
      if (from != to) {
        const std::string text = std::to_string(from) + " to " + std::to_string(to);
        ASSERT_TRUE(cluster.delivers(from, to, text)) << text;
        EXPECT_EQ(cluster[to].sink.frames.back().first, cluster[from].member.id);
      }
}

TEST(Mesh, KeepsTheOrderOfOneSender) {
  Cluster cluster(2);
  ASSERT_TRUE(cluster.delivers(1, 2, "first"));
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(cluster[1].transport->send(HostId("h2"), std::to_string(i)));
  ASSERT_TRUE(cluster.until([&] { return cluster[2].sink.frames.size() == 51; }));
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_EQ(cluster[2].sink.frames[i + 1].second, std::to_string(i));
}

TEST(Mesh, DropsAndCountsWhatItCanNotSend) {
  Cluster cluster(2);
  cluster[2].transport.reset();
  ASSERT_TRUE(cluster.until([&] { return !cluster[1].transport->send(HostId("h2"), "x"); }));
  EXPECT_GT(cluster.count(1, "not connected or queue full"), 0U);
  EXPECT_FALSE(cluster[1].transport->send(HostId("nobody"), "x"));
  EXPECT_EQ(cluster.count(1, "no such member"), 1U);
  EXPECT_FALSE(cluster[1].transport->send(HostId("h1"), "x")) << "nobody dials oneself";
}

TEST(Mesh, ReachesARestartedMember) {
  Cluster cluster(2);
  ASSERT_TRUE(cluster.delivers(1, 2, "before"));
  cluster[2].transport.reset();
  ASSERT_TRUE(cluster.until([&] { return !cluster[1].transport->send(HostId("h2"), "lost"); }));
  cluster.start(cluster[2]);
  EXPECT_TRUE(cluster.delivers(1, 2, "after"));
}

/// libzmq gives up for good on a server that speaks another protocol, such as a member that was
/// started without encryption by mistake.
TEST(Mesh, ConnectsAnewToAMemberThatItHearsButCouldNotReach) {
  Cluster cluster(2);
  cluster[2].transport.reset();
  Options plain = cluster.options_of(cluster[2]);
  plain.insecure = true;
  cluster[2].transport = open(plain).value();
  cluster[1].transport->reconnect(HostId("h2"));
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  while (std::chrono::steady_clock::now() < end) {
    cluster.turn();
    EXPECT_FALSE(cluster[1].transport->send(HostId("h2"), "x"));
  }
  cluster[2].transport.reset();
  cluster.start(cluster[2]);
  ASSERT_TRUE(cluster.until([&] {
    (void)cluster[2].transport->send(HostId("h1"), "I am back");
    return cluster.count(1, "reconnected") == 2;
  }));
  EXPECT_TRUE(cluster.delivers(1, 2, "welcome"));
}

TEST(Mesh, ReconnectOnDemandMakesTheConnectionAnew) {
  Cluster cluster(2);
  ASSERT_TRUE(cluster.delivers(1, 2, "before"));
  cluster[1].transport->reconnect(HostId("h2"));
  cluster[1].transport->reconnect(HostId("nobody"));
  EXPECT_EQ(cluster.count(1, "reconnected"), 1U);
  EXPECT_TRUE(cluster.delivers(1, 2, "after"));
}

TEST(Mesh, RefusesAStrangersKey) {
  Cluster cluster(2);
  RawDealer stranger(cluster[1].member.endpoint, new_key_pair(), cluster[1].keys.public_key);
  ASSERT_TRUE(cluster.until([&] { return cluster.count(1, "unknown key") > 0; }));
  EXPECT_FALSE(stranger.send({"let me in"}));
  ASSERT_TRUE(cluster.delivers(2, 1, "members go on"));
  EXPECT_EQ(cluster[1].sink.frames.size(), 1U);
}

TEST(Mesh, RefusesAClientsKeyWhateverItsRole) {
  Cluster cluster(2);
  const KeyPair keys = new_key_pair();
  cluster[1].transport->set_clients({{keys.public_key, Role::kOperator}});
  RawDealer client(cluster[1].member.endpoint, keys, cluster[1].keys.public_key);
  ASSERT_TRUE(cluster.until([&] { return cluster.count(1, "unknown key") > 0; }));
  EXPECT_FALSE(client.send({"x"}));
}

TEST(Mesh, RefusesWhoSpeaksPlainText) {
  Cluster cluster(2);
  RawDealer plain(cluster[1].member.endpoint, {}, "");
  ASSERT_TRUE(cluster.delivers(2, 1, "members go on"));
  EXPECT_FALSE(plain.send({"x"}));
  EXPECT_EQ(cluster[1].sink.frames.size(), 1U);
}

TEST(Mesh, StopsBelievingARemovedMemberAtOnce) {
  Cluster cluster(3);
  ASSERT_TRUE(cluster.delivers(2, 1, "as a member"));
  ASSERT_TRUE(cluster.delivers(1, 2, "to a member"));
  const Members without({cluster[1].member, cluster[3].member});
  cluster[1].transport->set_members(without);

  // Its connection is still there; what it says no longer counts.
  ASSERT_TRUE(cluster[2].transport->send(HostId("h1"), "no longer"));
  ASSERT_TRUE(cluster.until([&] { return cluster.count(1, "removed key") == 1; }));
  EXPECT_FALSE(cluster[1].sink.heard("no longer"));
  EXPECT_FALSE(cluster[1].transport->send(HostId("h2"), "x"));
  EXPECT_TRUE(cluster.delivers(3, 1, "the others go on"));

  cluster[1].transport->set_members(cluster.members());
  EXPECT_TRUE(cluster.delivers(2, 1, "back again"));
  EXPECT_TRUE(cluster.delivers(1, 2, "welcome"));
}

TEST(Mesh, FollowsAMemberWhoseKeyChanged) {
  Cluster cluster(2);
  ASSERT_TRUE(cluster.delivers(1, 2, "old key"));
  cluster[2].transport.reset();
  cluster[2].keys = new_key_pair();
  cluster[2].member.public_key = cluster[2].keys.public_key;
  cluster.start(cluster[2]);
  ASSERT_TRUE(cluster.until([&] { return cluster.count(1, "unknown key") > 0; }));
  cluster[1].transport->set_members(cluster.members());
  EXPECT_TRUE(cluster.delivers(1, 2, "new key"));
  EXPECT_TRUE(cluster.delivers(2, 1, "new key too"));
}

TEST(Mesh, DropsAMessageOfSeveralFrames) {
  Cluster cluster(2);
  cluster[2].transport.reset();
  RawDealer member(cluster[1].member.endpoint, cluster[2].keys, cluster[1].keys.public_key);
  ASSERT_TRUE(cluster.until([&] { return member.send({"one", "two", "three"}); }));
  ASSERT_TRUE(cluster.until([&] { return member.send({"single"}); }));
  ASSERT_TRUE(cluster.until([&] { return cluster[1].sink.heard("single"); }));
  EXPECT_EQ(cluster[1].sink.frames.size(), 1U);
  EXPECT_EQ(cluster.count(1, "multipart"), 1U);
}

TEST(Mesh, ATooLargeFrameIsNotSent) {
  Cluster cluster(2);
  ASSERT_TRUE(cluster.delivers(1, 2, "small"));
  EXPECT_FALSE(cluster[1].transport->send(HostId("h2"), std::string(kMeshFrameMost + 1, 'x')));
  EXPECT_EQ(cluster.count(1, "too large"), 1U);
  EXPECT_TRUE(cluster.delivers(1, 2, std::string(kMeshFrameMost, 'y')));
}

TEST(Mesh, ATooLargeFrameIsNotTakenAndItsSenderRecovers) {
  Cluster cluster(2);
  cluster[2].transport.reset();
  RawDealer member(cluster[1].member.endpoint, cluster[2].keys, cluster[1].keys.public_key);
  ASSERT_TRUE(cluster.until([&] { return member.send({std::string(2 * kMeshFrameMost, 'x')}); }));
  // What is sent into the connection that is being cut is lost, so repeat until one arrives.
  ASSERT_TRUE(cluster.until([&] {
    (void)member.send({"small"});
    return cluster[1].sink.heard("small");
  }));
  for (const auto& [from, frame] : cluster[1].sink.frames) EXPECT_EQ(frame, "small");
}

TEST(Mesh, WithoutEncryptionDeliversAndProvesNobody) {
  Cluster cluster(2, /*insecure=*/true);
  ASSERT_TRUE(cluster.delivers(1, 2, "plain"));
  EXPECT_TRUE(cluster[2].sink.frames.back().first.empty());
  ASSERT_TRUE(cluster.delivers(2, 1, "text"));
}

TEST(Mesh, SurvivesGarbageOnItsPort) {
  Cluster cluster(2);
  std::uint64_t state = 1;
  const auto random_byte = [&state] {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<char>(state >> 56U);
  };
  // A correct ZMTP greeting, so that some of the garbage reaches the handshake.
  std::string greeting = "\xFF" + std::string(8, '\0') + "\x7F\x03";
  greeting += '\0';
  greeting += "CURVE";
  greeting.resize(64, '\0');
  for (int round = 0; round < 60; ++round) {
    for (const std::string& endpoint : {cluster[1].member.endpoint, cluster[1].control}) {
      RawTcp raw(endpoint);
      ASSERT_TRUE(raw.connected);
      std::string bytes = round % 2 == 0 ? "" : greeting;
      for (int i = 0; i < 300; ++i) bytes += random_byte();
      raw.write(bytes);
      cluster.turn();
    }
  }
  EXPECT_TRUE(cluster.delivers(2, 1, "still here"));
  EXPECT_EQ(cluster[1].sink.frames.size(), 1U);
  EXPECT_TRUE(cluster[1].sink.requests.empty());
}

TEST(Mesh, ASenderThatFloodsDoesNotKeepATurnForItself) {
  Cluster cluster(2, /*insecure=*/true);
  ASSERT_TRUE(cluster.delivers(2, 1, "connected"));
  RawDealer flood(cluster[1].member.endpoint, {}, "");
  ASSERT_TRUE(cluster.until([&] { return flood.send({"f"}); }));
  for (int i = 0; i < 2000; ++i) (void)flood.send({"f"});
  Recorder one_turn;
  ASSERT_TRUE(cluster.until([&] {
    cluster[1].transport->poll(Duration{0}, one_turn);
    return !one_turn.frames.empty();
  }));
  EXPECT_LE(one_turn.frames.size(), 512U);
}

}  // namespace
}  // namespace prumo::transport
