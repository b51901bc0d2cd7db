#include "src/daemon/flags.h"

namespace prumo::daemon {

void Flags::set(const SetAutostart& wanted) {
  if (!under_way_.insert(wanted.vm).second) return;
  worker_.run([this, wanted] {
    const auto done = hypervisor_.set_autostart(wanted.vm, wanted.on);
    inbox_.post([this, vm = wanted.vm, why = done ? "" : done.error().message] {
      under_way_.erase(vm);
      if (!why.empty()) failed_(why);
    });
  });
}

}  // namespace prumo::daemon
