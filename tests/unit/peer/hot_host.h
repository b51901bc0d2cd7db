#pragma once

#include <gtest/gtest.h>

#include "tests/unit/peer/world.h"

namespace prumo::test {

/// h1 is too hot; h2 and h3 have room; h3 leads.
struct HotHost : testing::Test {
  World w{{"h1", "h2", "h3"}};
  void SetUp() override {
    w.add_vm("h1", "a", 50);
    w.add_vm("h1", "b", 44);
    w.add_vm("h2", "c", 20);
    w.add_vm("h3", "d", 5);
  }
  void until_started() {
    ASSERT_TRUE(w.run_until([&] { return !w.effects<StartMigration>("h1").empty(); }, 60s));
  }
};

}  // namespace prumo::test
