#include "tests/simulation/checks/election_checker.h"

#include <gtest/gtest.h>

#include "tests/simulation/scenes.h"

namespace prumo::simulation {
namespace {

/// Three hosts, the last of which leads; what it orders is put into its mouth.
struct Led {
  Led() {
    while (!epoch() && scene.cluster.heap().run_next(1min)) {
    }
    EXPECT_TRUE(epoch());
    order.round = {epoch().value_or(Epoch{}), 1};
    order.moves.emplace_back();
  }
  [[nodiscard]] const Machine& leader() const { return cluster.machine(2); }
  [[nodiscard]] std::optional<Epoch> epoch() const {
    const Peer* peer = leader().peer();
    return peer == nullptr ? std::nullopt : peer->acting(leader().now());
  }
  void decide(Duration good_for) {
    checker.stepped(2, {Send{cluster.id(0), order, leader().now() + good_for}});
  }
  void send(prumo::Message message) {
    checker.sent(2, 0, wire::Envelope{cluster.id(2), {}, {}, {}, std::move(message)});
  }

  Scene scene{calm(3)};
  const Cluster& cluster = scene.cluster;
  Verdict verdict;
  ElectionChecker checker{cluster, verdict};
  Migrate order;
};

TEST(ElectionChecker, LetsAnOrderLeaveWhileItsLeaseLastsAndNoResignationHasLeft) {
  Led l;
  l.decide(100ms);
  l.send(l.order);
  l.send(election::Message{election::Resign{l.order.round.epoch, l.cluster.id(1)}});
  EXPECT_FALSE(l.verdict.bad()) << l.verdict.first()->text;
}

TEST(ElectionChecker, BlamesAnOrderThatIsGoodForLongerThanTheLease) {
  Led l;
  l.decide(1h);
  EXPECT_TRUE(l.verdict.bad());
}

TEST(ElectionChecker, BlamesAnOrderThatLeavesBehindTheResignation) {
  Led l;
  l.decide(100ms);
  l.send(election::Message{election::Resign{l.order.round.epoch, l.cluster.id(1)}});
  l.send(l.order);
  EXPECT_TRUE(l.verdict.bad());
}

TEST(ElectionChecker, BlamesAnOrderThatLeavesAfterItsTime) {
  Led l;
  l.decide(100ms);
  l.scene.until(l.cluster.now() + 1s);
  l.send(l.order);
  EXPECT_TRUE(l.verdict.bad());
}

}  // namespace
}  // namespace prumo::simulation
