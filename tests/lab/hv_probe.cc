// Puts single questions to this host's libvirt, as prumod would: for the tests in the lab, and for
// a person who wants to see what prumod sees.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "config/vm_migration.h"
#include "src/host/probe.h"
#include "src/hypervisor/hypervisor.h"

namespace {

using namespace prumo;
using namespace prumo::hypervisor;

constexpr const char* kUsage =
    "usage: hv_probe domains [TIMES [SECONDS]]\n"
    "       hv_probe migrate UUID CONNECT_URI MIGRATE_URI [KEY=VALUE...], as in [migration]\n"
    "       hv_probe abort UUID\n"
    "       hv_probe autostart UUID on|off\n"
    "       hv_probe check CONNECT_URI [MIGRATE_URI]\n"
    "       hv_probe host CORES UPLINK [TIMES [SECONDS]]\n";

const char* text_of(DomainState state) {
  static constexpr const char* kTexts[] = {"running",         "paused",   "paused-incoming",
                                           "paused-migrated", "shut-off", "other",
                                           "left-defined"};
  return kTexts[static_cast<std::size_t>(state)];
}
const char* text_of(Job job) {
  static constexpr const char* kTexts[] = {"none", "incoming", "outgoing", "other"};
  return kTexts[static_cast<std::size_t>(job)];
}
const char* text_of(MigrationEnded::How how) {
  static constexpr const char* kTexts[] = {"done",    "failed",      "aborted",
                                           "unknown", "not-started", "given-up"};
  return kTexts[static_cast<std::size_t>(how)];
}

void wait(const char* seconds) {
  std::fflush(stdout);
  timespec t{};
  const double s = std::atof(seconds);
  t.tv_sec = static_cast<time_t>(s);
  t.tv_nsec = static_cast<long>((s - static_cast<double>(t.tv_sec)) * 1e9);
  nanosleep(&t, nullptr);
}

int domains(Hypervisor& hypervisor, int times, const char* seconds) {
  for (int i = 0; i < times; ++i) {
    if (i > 0) wait(seconds);
    const auto list = hypervisor.domains(true);
    if (!list) {
      std::printf("error=%s\n", list.error().message.c_str());
      continue;
    }
    for (const Domain& d : *list)
      std::printf(
          "%s name=%s state=%s job=%s persistent=%d autostart=%d cpu=%.2f memory=%.0f network=%.2f "
          "memory_mib=%.0f image_mib=%.0f pinned=%s\n",
          d.id.value.c_str(), d.name.c_str(), text_of(d.state), text_of(d.job), d.persistent,
          d.autostart, d.usage.cpu, d.usage.memory, d.usage.network, d.memory_mib, d.image_mib,
          d.pinned.c_str());
    std::printf("-- %zu\n", list->size());
  }
  return 0;
}

int migrate(Hypervisor& hypervisor, const std::vector<std::string>& words) {
  Migration migration;
  migration.vm = VmId(words[1]);
  migration.connect_uri = words[2];
  migration.migrate_uri = words[3];
  config::Config config;
  config.migration.allow_post_copy = true;
  std::string wishes;
  for (std::size_t i = 4; i < words.size(); ++i) wishes += words[i] + " ";
  const config::VmMigration how = config::vm_migration(config, "", wishes);
  for (const std::string& wrong : how.wrong) std::printf("wrong: %s\n", wrong.c_str());
  migration.how = how.settings;
  if (const auto seen = hypervisor.domains(true))
    for (const Domain& d : *seen)
      if (d.id == migration.vm) migration.image_mib = d.image_mib;
  const auto rates = hypervisor.dirty_rates({migration.vm});
  if (!rates.empty()) migration.dirty_mib_s = rates.begin()->second;
  const auto expected = policy::forecast(
      policy::manner_of(migration.how, migration.link_mib_s, migration.dirty_mib_s),
      migration.image_mib, migration.image_mib);
  if (expected) std::printf("expected %s\n", policy::in_words(*expected).c_str());
  const MigrationEnded ended = hypervisor.migrate(migration, [](const MigrationProgress& p) {
    std::printf("progress total=%.0f remaining=%.1f elapsed=%.2f\n", p.total_mib, p.remaining_mib,
                seconds(p.elapsed));
    std::fflush(stdout);
  });
  std::printf("%s total=%.3f downtime=%.3f copied=%.1f error=%s\n", text_of(ended.how),
              seconds(ended.total), seconds(ended.downtime), ended.copied_mib, ended.error.c_str());
  return ended.how == MigrationEnded::How::kDone ? 0 : 1;
}

int host_figures(const std::vector<std::string>& words) {
  host::Options options;
  options.capacity.cpu = std::atof(words[1].c_str());
  options.uplinks = {words[2]};
  const auto probe = host::make_probe(options);
  const int times = words.size() > 3 ? std::atoi(words[3].c_str()) : 2;
  for (int i = 0; i < times; ++i) {
    if (i > 0) wait(words.size() > 4 ? words[4].c_str() : "1");
    const auto f = probe->read();
    if (!f)
      std::printf("error=%s\n", f.error().message.c_str());
    else
      std::printf("cpu=%.2f/%.2f memory=%.0f/%.0f network=%.1f/%.0f available=%.0f\n", f->usage.cpu,
                  f->capacity.cpu, f->usage.memory, f->capacity.memory, f->usage.network,
                  f->capacity.network, f->available_memory_mib);
  }
  return 0;
}

int told(const Result<void>& result) {
  std::printf("%s\n", result ? "ok" : result.error().message.c_str());
  return result ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string what = words.empty() ? "" : words[0];
  LibvirtOptions options;
  if (what == "check" && words.size() > 1) options.connect_uri = words[1];
  if (what == "check" && words.size() > 2) options.migrate_uri = words[2];
  const auto hypervisor = make_libvirt(options);
  if (what == "domains")
    return domains(*hypervisor, words.size() > 1 ? std::atoi(words[1].c_str()) : 1,
                   words.size() > 2 ? words[2].c_str() : "1");
  if (what == "migrate" && words.size() > 3) return migrate(*hypervisor, words);
  if (what == "abort" && words.size() > 1) return told(hypervisor->abort(VmId(words[1])));
  if (what == "autostart" && words.size() > 2)
    return told(hypervisor->set_autostart(VmId(words[1]), words[2] == "on"));
  if (what == "host" && words.size() > 2) return host_figures(words);
  if (what == "check" && words.size() > 1) {
    const auto lines = hypervisor->check();
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
    return lines.empty() ? 0 : 1;
  }
  std::fputs(kUsage, stderr);
  return 2;
}
