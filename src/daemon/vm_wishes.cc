#include "src/daemon/vm_wishes.h"

#include <algorithm>
#include <utility>

#include "config/vm_migration.h"
#include "src/wire/snapshot_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

json shown(const policy::MigrationSettings& s, double memory_mib) {
  return {{"bandwidth_mib_s", s.bandwidth_mib_s},
          {"max_downtime_ms", seconds(s.max_downtime) * 1000},
          {"auto_converge", s.auto_converge},
          {"parallel", s.parallel},
          {"tls", s.tls},
          {"deadline_s", seconds(effective_deadline(s, memory_mib))},
          {"stall_s", seconds(effective_stall(s, memory_mib))}};
}

}  // namespace

void VmWishes::sampled(const std::vector<Domain>& domains) {
  std::map<VmId, std::string> now;
  for (const Domain& d : domains) {
    if (d.wishes.empty()) continue;
    now[d.id] = d.wishes;
    if (const auto it = seen_.find(d.id); it != seen_.end() && it->second == d.wishes) continue;
    for (const std::string& wrong : config::vm_migration(config_, d.name, d.wishes).wrong)
      warn_(d.name + ": its metadata says " + wrong + "; left out until it is mended");
  }
  seen_ = std::move(now);
}

policy::MigrationSettings VmWishes::settings(const std::string& name,
                                             const std::string& words) const {
  return config::vm_migration(config_, name, words).settings;
}

HandPlan VmWishes::plan(const Domain* vm, const std::string& words, double link_mib_s,
                        std::optional<double> dirty_mib_s) const {
  const std::string name = vm != nullptr ? vm->name : "";
  const std::string own = vm != nullptr ? vm->wishes : "";
  // Wrong words of the VM itself are left out, as they are when it migrates; the operator's are not.
  const auto before = config::vm_migration(config_, name, own).wrong;
  for (const std::string& wrong : config::vm_migration(config_, name, own + " " + words).wrong)
    if (std::find(before.begin(), before.end(), wrong) == before.end())
      return {{{"error", wrong}}, {}};
  const policy::MigrationSettings how = settings(name, own + " " + words);
  const double memory_mib = vm != nullptr ? vm->memory_mib : 0;
  const double image_mib = vm != nullptr ? vm->image_mib : 0;
  const auto expected =
      policy::forecast(policy::manner_of(how, link_mib_s, dirty_mib_s), image_mib, memory_mib);
  if (!expected) return {{{"error", expected.error().message}}, {}};
  json prediction = wire::to_json(*expected);
  prediction["text"] = policy::in_words(*expected);
  return {{{"method", name_of(expected->method)},
           {"chosen", how.method == policy::MethodWish::kAuto},
           {"settings", shown(how, memory_mib)},
           {"prediction", std::move(prediction)}},
          *expected};
}

}  // namespace prumo::daemon
