// The hook's question put to whole peers: what is on disk by the time it is answered.

#include <gtest/gtest.h>

#include "tests/unit/peer/hot_host.h"

namespace prumo::test {
namespace {

struct Hook : HotHost {
  /// h2 holds its slot for b, whose source hears nothing of it.
  void until_held() {
    w.lose = [](const HostId&, const HostId&, const Message& m) {
      return std::holds_alternative<Reserved>(m) || std::holds_alternative<Release>(m);
    };
    ASSERT_TRUE(
        w.run_until([&] { return w.at("h2").disk.slot.state == gossip::SlotState::kHeld; }, 60s));
  }
  void ask(const std::string& vm) { w.tell("h2", IncomingAsked{++asked, VmId(vm), vm}); }
  /// The answer to the last question; empty: none yet.
  std::optional<Verdict> verdict() {
    for (const Verdict& v : w.effects<Verdict>("h2"))
      if (v.question == asked) return v;
    return std::nullopt;
  }
  std::uint64_t asked = 0;
};

TEST_F(Hook, IsAnsweredOnlyOnceTheSlotIsStoredAsIncoming) {
  until_held();
  ask("b");
  EXPECT_FALSE(verdict()) << "the store has not written yet";
  ASSERT_TRUE(w.run_until([&] { return verdict().has_value(); }, 1s));
  EXPECT_TRUE(verdict()->yes);
  EXPECT_EQ(w.at("h2").disk.slot.state, gossip::SlotState::kIncoming);
}

TEST_F(Hook, IsToldNoWhenTheSlotCantBeStored) {
  until_held();
  w.at("h2").disk_fails = true;
  ask("b");
  ASSERT_TRUE(w.run_until([&] { return verdict().has_value(); }, 1s));
  EXPECT_FALSE(verdict()->yes);
  EXPECT_EQ(verdict()->why, "it can't be stored: disk full");
}

TEST_F(Hook, TurnsAwayWhatWasGivenUpAlsoAfterARestartAndUntilAnOperatorSettlesIt) {
  until_held();
  w.lose = nullptr;
  ASSERT_TRUE(w.run_until([&] { return !w.at("h2").disk.freed.empty(); }, 10s));
  w.crash("h2");
  w.start("h2");
  w.run(2s);
  ask("b");
  ASSERT_TRUE(w.run_until([&] { return verdict().has_value(); }, 1s));
  EXPECT_FALSE(verdict()->yes);
  EXPECT_EQ(w.notes<note::TurnedAway>("h2").size(), 1U);
  w.tell("h2", OperatorRequest{Settled{VmId("b")}});
  ask("b");
  ASSERT_TRUE(w.run_until([&] { return verdict().has_value(); }, 1s));
  EXPECT_TRUE(verdict()->yes);
}

}  // namespace
}  // namespace prumo::test
