// Against libvirt's own test driver, which runs within this process: connecting, listing, and
// refusals. What it can't do, migrating first of all, is tested in the lab.

#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include <algorithm>

#include "src/hypervisor/hypervisor.h"
#include "src/hypervisor/libvirt_check.h"
#include "src/hypervisor/libvirt_handle.h"
#include "src/hypervisor/libvirt_state.h"

namespace prumo::hypervisor {
namespace {

std::unique_ptr<Hypervisor> test_driver() {
  LibvirtOptions options;
  options.uri = "test:///default";
  return make_libvirt(options);
}

TEST(Libvirt, ListsTheVms) {
  const auto libvirt = test_driver();
  const auto domains = libvirt->domains(true);
  ASSERT_TRUE(domains) << domains.error().message;
  ASSERT_EQ(domains->size(), 1U);
  const Domain& domain = domains->front();
  EXPECT_EQ(domain.name, "test");
  EXPECT_EQ(domain.id.value.size(), 36U);
  EXPECT_EQ(domain.state, DomainState::kRunning);
  EXPECT_TRUE(domain.persistent);
  EXPECT_FALSE(domain.autostart);
}

TEST(Libvirt, SetsAutostart) {
  const auto libvirt = test_driver();
  const VmId vm = libvirt->domains(false)->front().id;
  ASSERT_TRUE(libvirt->set_autostart(vm, true));
  EXPECT_TRUE(libvirt->domains(false)->front().autostart);
  ASSERT_TRUE(libvirt->set_autostart(vm, false));
  EXPECT_FALSE(libvirt->domains(false)->front().autostart);
}

TEST(Libvirt, ThatCantBeReachedIsAnErrorOfOneLine) {
  LibvirtOptions options;
  options.uri = "qemu+unix:///system?socket=/nowhere/sock";
  const auto domains = make_libvirt(options)->domains(false);
  ASSERT_FALSE(domains);
  EXPECT_NE(domains.error().message.find("libvirt"), std::string::npos);
  EXPECT_EQ(domains.error().message.find('\n'), std::string::npos);
}

TEST(Libvirt, RefusesUnknownVms) {
  const auto libvirt = test_driver();
  for (const char* id : {"", "no-uuid", "00000000-0000-0000-0000-00000000dead"}) {
    EXPECT_FALSE(libvirt->set_autostart(VmId(id), true)) << id;
    EXPECT_FALSE(libvirt->abort(VmId(id))) << id;
    Migration migration;
    migration.op = {Epoch{1}, Round{1}, 0};
    migration.vm = VmId(id);
    const MigrationEnded ended = libvirt->migrate(migration, {});
    EXPECT_EQ(ended.how, MigrationEnded::How::kNotStarted);
    EXPECT_EQ(ended.op, migration.op);
  }
}

TEST(Libvirt, StartsNothingTowardsADestinationThatIsNone) {
  const auto libvirt = test_driver();
  for (const char* uri : {"", "nonsense", "qemu:///system", "qemu+tcp://127.0.0.1:1/system"}) {
    Migration migration;
    migration.vm = libvirt->domains(false)->front().id;
    migration.connect_uri = uri;
    const MigrationEnded ended = libvirt->migrate(migration, {});
    EXPECT_EQ(ended.how, MigrationEnded::How::kNotStarted) << uri;
    EXPECT_NE(ended.error, "");
  }
}

TEST(LibvirtCheck, SaysWhatIsMissing) {
  LibvirtOptions options;
  options.uri = "test:///default";
  options.migrate_uri = "tcp://127.0.0.1";
  const auto lines = make_libvirt(options)->check();
  const auto any = [&lines](const char* text) {
    return std::any_of(lines.begin(), lines.end(), [text](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  };
  EXPECT_TRUE(any("no connect_uri"));
  EXPECT_TRUE(any("loopback"));
}

TEST(LibvirtCheck, FindsTheLockManagerThatIsSet) {
  EXPECT_TRUE(has_lock_manager("user = \"root\"\n  lock_manager = \"lockd\"\n"));
  EXPECT_TRUE(has_lock_manager("lock_manager=\"sanlock\""));
  EXPECT_FALSE(has_lock_manager("#lock_manager = \"lockd\"\n"));
  EXPECT_FALSE(has_lock_manager("lock_manager = \"nop\"\n"));
  EXPECT_FALSE(has_lock_manager("lock_manager_x = \"lockd\"\n"));
  EXPECT_FALSE(has_lock_manager(""));
}

TEST(LibvirtCheck, SaysWhatALockManagerWouldAdd) {
  EXPECT_EQ(lock_manager_advice("lock_manager = \"lockd\"\n"), "");
  const std::string none = lock_manager_advice("user = \"root\"\n");
  for (const char* word : {"warning: no lock manager is set", "qemu.conf", "virtlockd", "sanlock"})
    EXPECT_NE(none.find(word), std::string::npos) << none;
  EXPECT_EQ(none.find('\n'), std::string::npos);
  EXPECT_NE(lock_manager_advice(std::nullopt).find("can't be read"), std::string::npos);
}

TEST(LibvirtCheck, KnowsUuidsThatManyMachinesShare) {
  EXPECT_TRUE(is_common_uuid("03000200-0400-0500-0006-000700080009"));
  EXPECT_TRUE(is_common_uuid("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"));
  EXPECT_TRUE(is_common_uuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_FALSE(is_common_uuid("c7a5fdbd-edaf-9455-926a-d65c16db1809"));
}

TEST(LibvirtState, OfAPausedDomainDependsOnItsJob) {
  const auto paused = [](int reason, Job job) {
    return state_of(VIR_DOMAIN_PAUSED, reason, job, true);
  };
  EXPECT_EQ(paused(VIR_DOMAIN_PAUSED_USER, Job::kNone), DomainState::kPaused);
  EXPECT_EQ(paused(VIR_DOMAIN_PAUSED_MIGRATION, Job::kIncoming), DomainState::kPausedIncoming);
  EXPECT_EQ(paused(VIR_DOMAIN_PAUSED_MIGRATION, Job::kOutgoing), DomainState::kRunning);
  EXPECT_EQ(paused(VIR_DOMAIN_PAUSED_MIGRATION, Job::kNone), DomainState::kPausedMigrated);
  EXPECT_EQ(paused(VIR_DOMAIN_PAUSED_POSTCOPY_FAILED, Job::kNone), DomainState::kPausedMigrated);
  EXPECT_EQ(paused(VIR_DOMAIN_PAUSED_IOERROR, Job::kNone), DomainState::kPaused);
}

TEST(LibvirtState, OfADomainThatIsNeitherActiveNorDefinedIsIncoming) {
  EXPECT_EQ(state_of(VIR_DOMAIN_SHUTOFF, 0, Job::kNone, false), DomainState::kPausedIncoming);
  EXPECT_EQ(state_of(VIR_DOMAIN_SHUTOFF, 0, Job::kNone, true), DomainState::kShutOff);
  EXPECT_EQ(state_of(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED, Job::kNone, true),
            DomainState::kLeftDefined);
  EXPECT_EQ(state_of(VIR_DOMAIN_NOSTATE, 0, Job::kNone, false), DomainState::kPausedIncoming);
}

TEST(LibvirtState, OfTheRestIsOther) {
  for (const int state : std::initializer_list<int>{VIR_DOMAIN_SHUTDOWN, VIR_DOMAIN_CRASHED,
                                                    VIR_DOMAIN_PMSUSPENDED, 99})
    EXPECT_EQ(state_of(state, 0, Job::kNone, true), DomainState::kOther) << state;
}

}  // namespace
}  // namespace prumo::hypervisor
