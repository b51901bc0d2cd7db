#include "src/peer/quandary.h"

namespace prumo {
namespace {

std::string shown(const HostId& other) { return other.empty() ? "the other host" : other.value; }

/// As a shell takes it for one word.
std::string quoted(const std::string& name) {
  const bool plain =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
      std::string::npos;
  return plain && !name.empty() ? name : "'" + name + "'";
}

std::string on(const std::string& host, const std::string& command, const std::string& name) {
  return "on " + host + ": virsh " + command + " " + quoted(name);
}

/// "why. Look …. Choice. Then: prumo settle ID"
std::string told(const Named& vm, const std::string& why, const std::string& look,
                 const std::string& choice) {
  return why + ". Look " + look + ". " + choice + ". Then: prumo settle " + vm.id.value;
}

std::string state_on(const std::string& first, const std::string& second, const Named& vm) {
  return "on " + first + " and on " + second + ": virsh domstate " + quoted(vm.name) + " --reason";
}

}  // namespace

std::string paused_half_way(const Named& vm, const HostId& self, const HostId& other) {
  return told(vm, "paused by a migration that did not end", state_on(self.value, shown(other), vm),
              "If it runs on " + shown(other) + ", " + on(self.value, "destroy", vm.name) +
                  "; if it does not run there, first " + on(shown(other), "destroy", vm.name) +
                  " (when it is there at all), then " + on(self.value, "resume", vm.name));
}

std::string came_in_half(const Named& vm, const HostId& self) {
  return told(vm, "came in half and no migration goes on", state_on(self.value, "its source", vm),
              "If its source has it, " + on(self.value, "destroy", vm.name) +
                  ", and, if it is paused there, " + on("its source", "resume", vm.name) +
                  "; if its source has it no more, " + on(self.value, "resume", vm.name));
}

std::string still_defined(const Named& vm, const HostId& self, const HostId& other) {
  return told(vm, "migrated away and still defined here: a start here would run it twice",
              state_on(shown(other), self.value, vm),
              "If it runs on " + shown(other) + ", " + on(self.value, "undefine", vm.name));
}

std::string shut_off_half_way(const Named& vm, const HostId& self, const HostId& other) {
  return told(vm, "shut off here after its move to " + shown(other) + " began",
              state_on(shown(other), self.value, vm),
              "If it runs on " + shown(other) + ", " + on(self.value, "undefine", vm.name) +
                  "; if it runs nowhere, start it on one host only, " +
                  on(self.value, "start", vm.name));
}

std::string runs_twice(const Named& vm, const HostId& self, const HostId& other) {
  return told(
      vm, "runs here and on " + shown(other) + ": both write to its disks",
      "at once " + state_on(self.value, shown(other), vm) + ", and which of them its users reach",
      "End the other one, " + on(self.value, "destroy", vm.name) + " or " +
          on(shown(other), "destroy", vm.name) + ", and check its disks");
}

std::string starts_there(const Named& vm, const HostId& self, const HostId& other) {
  return told(vm, "runs here and would start with " + shown(other) + " as well",
              state_on(self.value, shown(other), vm),
              "If it runs here alone, " + on(shown(other), "undefine", vm.name));
}

std::string runs_nowhere(const Named& vm, const HostId& self, const HostId& other) {
  return told(vm, "left this host and does not run on " + shown(other),
              "on every host: virsh list --all --uuid --name",
              "If it is nowhere, define it again from its backup on one host and start it there, "
              "not before " +
                  shown(other) + " and " + self.value + " have both been looked at");
}

std::string not_started(const Named& vm, const HostId& self) {
  return told(vm, "off here without its autostart flag, which could not be set in time",
              "on every host: virsh list --all --uuid --name",
              "If it runs nowhere and should, " + on(self.value, "start", vm.name));
}

std::string in_short(const std::string& words) { return words.substr(0, words.find(". ")); }

}  // namespace prumo
