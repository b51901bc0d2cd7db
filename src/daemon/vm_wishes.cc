#include "src/daemon/vm_wishes.h"

#include "config/vm_migration.h"

namespace prumo::daemon {

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

}  // namespace prumo::daemon
