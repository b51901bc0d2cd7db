#include "config/vm_migration.h"

#include <gtest/gtest.h>

namespace prumo::config {
namespace {

using policy::LastResort;
using policy::MethodWish;

Config with_lines(std::vector<std::string> lines) {
  Config config;
  config.migration.bandwidth_mib_s = 50;
  config.migration_vms = std::move(lines);
  return config;
}

TEST(VmMigration, IsTheClustersWhereNothingElseIsSaid) {
  const Config config = with_lines({"db* deadline=60s"});
  const VmMigration m = vm_migration(config, "web1", "");
  EXPECT_EQ(m.settings, config.migration);
  EXPECT_TRUE(m.wrong.empty());
}

TEST(VmMigration, TakesLaterLinesOverEarlierOnesAndTheVmsOwnWordsOverAll) {
  const Config config =
      with_lines({"db* method=stop-and-copy deadline=60s", "db1 deadline=90s parallel=2"});
  const policy::MigrationSettings s =
      vm_migration(config, "db1", "deadline=2min tls=true bandwidth_mib_s=12.5").settings;
  EXPECT_EQ(s.method, MethodWish::kStopAndCopy);
  EXPECT_EQ(s.deadline, 2min);
  EXPECT_EQ(s.parallel, 2U);
  EXPECT_TRUE(s.tls);
  EXPECT_EQ(s.bandwidth_mib_s, 12.5);
}

TEST(VmMigration, LeavesOutWhatItDoesNotUnderstandAndSaysSo) {
  const Config config = with_lines({});
  const VmMigration m =
      vm_migration(config, "web1", "fast max_downtime=soon vms=x deadline=1h parallel=99");
  EXPECT_EQ(m.settings.deadline, 1h);
  EXPECT_EQ(m.settings.max_downtime, config.migration.max_downtime);
  ASSERT_EQ(m.wrong.size(), 4U);
  EXPECT_EQ(m.wrong[0], "fast is no setting; write it as KEY=VALUE");
  EXPECT_EQ(m.wrong[1],
            "max_downtime=soon is no duration; write a number and a unit, as \"200ms\", "
            "\"5s\", \"2min\"");
  EXPECT_EQ(m.wrong[2], "vms is no key of [migration]; write method, max_downtime, deadline, …");
  EXPECT_EQ(m.wrong[3], "parallel=99 is out of range; set it from 1 to 16");
}

TEST(VmMigration, AVmCannotAllowItselfPostCopy) {
  Config config = with_lines({});
  VmMigration m = vm_migration(config, "web1", "allow_post_copy=true method=post-copy");
  EXPECT_EQ(m.settings, config.migration);
  ASSERT_EQ(m.wrong.size(), 2U);
  EXPECT_EQ(m.wrong[0], "allow_post_copy=true is for prumo.toml alone");
  EXPECT_EQ(m.wrong[1], "method=post-copy needs migration.allow_post_copy = true in prumo.toml");
  config.migration.allow_post_copy = true;
  m = vm_migration(config, "web1", "method=post-copy");
  EXPECT_EQ(m.settings.method, MethodWish::kPostCopy);
  EXPECT_TRUE(m.wrong.empty());
}

TEST(VmLines, AreCheckedWhenTheFileIsRead) {
  const Config config;
  EXPECT_EQ(wrong_vm_line(config, "db* method=auto allow_post_copy=true last_resort=post-copy"),
            "");
  EXPECT_EQ(wrong_vm_line(config, "db*"),
            "a pattern and what differs are missing, as \"db* method=auto\"");
  EXPECT_EQ(wrong_vm_line(config, "db* last_resort=post-copy"),
            "last_resort=post-copy needs migration.allow_post_copy = true in prumo.toml");
  EXPECT_EQ(wrong_vm_line(config, "db* tls=maybe"),
            "tls=maybe is neither true nor false; write one of them, without quotes");
}

}  // namespace
}  // namespace prumo::config
