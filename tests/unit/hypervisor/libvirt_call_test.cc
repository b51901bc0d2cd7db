#include "src/hypervisor/libvirt_call.h"

#include <gtest/gtest.h>

#include <optional>

namespace prumo::hypervisor {
namespace {

std::optional<unsigned long long> number(const MigrateParameters& parameters, const char* name) {
  unsigned long long value = 0;
  if (virTypedParamsGetULLong(parameters.list(), static_cast<int>(parameters.count()), name,
                              &value) != 1)
    return std::nullopt;
  return value;
}

class MigrateParametersTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(virInitialize(), 0); }  // as opening a connection does
};

TEST_F(MigrateParametersTest, LimitBothPhasesOfAPostCopyMigration) {
  Migration migration;
  migration.how.bandwidth_mib_s = 25.9;
  const MigrateParameters limited(migration);
  EXPECT_EQ(number(limited, VIR_MIGRATE_PARAM_BANDWIDTH), 25U);
  EXPECT_EQ(number(limited, VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY), 25U);
}

TEST_F(MigrateParametersTest, LeaveToLibvirtWhatIsNotLimited) {
  EXPECT_EQ(MigrateParameters(Migration{}).count(), 0U);
}

TEST_F(MigrateParametersTest, NeverSayNoLimitForASmallOne) {
  Migration migration;
  migration.how.bandwidth_mib_s = 0.3;
  EXPECT_EQ(number(MigrateParameters(migration), VIR_MIGRATE_PARAM_BANDWIDTH), 1U);
}

}  // namespace
}  // namespace prumo::hypervisor
