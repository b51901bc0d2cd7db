#include "src/hypervisor/migration_watch.h"

#include <gtest/gtest.h>

#include "src/hypervisor/libvirt_migration.h"

namespace prumo::hypervisor {
namespace {

TEST(MigrationWatch, GivesUpAfterTheLongestTime) {
  MigrationWatch watch(100s, 1h);
  EXPECT_EQ(watch.look(99s, 5), "");
  EXPECT_NE(watch.look(100s, 1), "");
}

TEST(MigrationWatch, GivesUpWithoutANewLow) {
  MigrationWatch watch(1h, 10s);
  EXPECT_EQ(watch.look(1s, 50), "");
  EXPECT_EQ(watch.look(9s, 60), "");
  EXPECT_EQ(watch.look(10s, 49), "");
  EXPECT_EQ(watch.look(19s, 49), "");
  EXPECT_NE(watch.look(20s, 49), "");
}

TEST(MigrationWatch, GivesUpWhenTheHypervisorNeverSaysHowMuchIsLeft) {
  MigrationWatch watch(1h, 10s);
  EXPECT_EQ(watch.look(9s), "");
  EXPECT_NE(watch.look(10s), "");
}

TEST(LongestMigration, GrowsWithTheVm) {
  EXPECT_EQ(longest_migration(0), 2min);
  EXPECT_EQ(longest_migration(1024), 2min + 256s);
  EXPECT_GT(longest_migration(1e300), Duration::zero());
}

}  // namespace
}  // namespace prumo::hypervisor
