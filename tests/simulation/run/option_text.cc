#include "tests/simulation/run/option_text.h"

#include <array>
#include <cstdio>

#include "config/key.h"
#include "src/wire/fields.h"

namespace prumo::simulation {

namespace {

// A field that is new in a scenario is printed before it compiles.
static_assert(wire::kFieldCount<HostSpec> == 3 && wire::kFieldCount<VmSpec> == 8 &&
              wire::kFieldCount<NetworkWeather> == 6 && wire::kFieldCount<DiskWeather> == 5 &&
              wire::kFieldCount<HypervisorWeather> == 7 && wire::kFieldCount<FaultGaps> == 15 &&
              wire::kFieldCount<Breakage> == 15 && wire::kFieldCount<Provocation> == 3 &&
              wire::kFieldCount<Scenario> == 19 && wire::kFieldCount<Clone> == 6);

std::string text(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.6g", value);
  return buffer.data();
}
std::string text(Duration value) {
  const bool short_one = value > Duration{0} && value < 1s;
  return short_one ? text(seconds(value) * 1000) + " ms" : text(seconds(value)) + " s";
}
std::string text(const std::optional<Duration>& gap) { return gap ? text(*gap) : "never"; }
std::string text(const Resources& r) {
  return text(r.cpu) + " cores, " + text(r.memory) + " MiB, " + text(r.network) + " Mbit/s";
}

class Sheet {
 public:
  void heading(const std::string& what) { text_ += what + "\n"; }
  void line(const std::string& name, const std::string& value) {
    text_ += "  " + name + std::string(name.size() < 26 ? 26 - name.size() : 1, ' ') + value + "\n";
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void hosts(Sheet& sheet, const Scenario& s) {
  sheet.heading("Hosts");
  for (std::size_t i = 0; i < s.hosts.size(); ++i) {
    const HostSpec& h = s.hosts[i];
    sheet.line(s.name(i), text(h.capacity) + ", priority " +
                              std::to_string(s.members.find(s.id(i))->priority) + ", clock " +
                              text(static_cast<double>(h.rate_ppm) / 1e6) + " of true, up for " +
                              text(h.uptime));
  }
}

void vms(Sheet& sheet, const Scenario& s) {
  sheet.heading("VMs");
  for (const VmSpec& vm : s.vms) {
    std::string line = "on " + s.name(vm.home) + ", " + text(vm.memory_mib) + " MiB, dirties " +
                       text(vm.dirty_mib_s) + " MiB/s";
    if (vm.autostart) line += ", autostart";
    if (!vm.pinned.empty()) line += ", pinned: " + vm.pinned;
    for (const LoadTrace::Step& step : vm.load.steps())
      line += "; from " + text(step.from) + " " + text(step.usage);
    sheet.line(vm.name == vm.id.value ? vm.name : vm.id.value + " " + vm.name, line);
  }
}

bool of_a_peer(std::string_view key) {
  return key.starts_with("policy.") || key.starts_with("gossip.") || key.starts_with("election.") ||
         key.starts_with("relief.");
}

void settings(Sheet& sheet, const Scenario& s) {
  sheet.heading("Settings, as in prumo.toml");
  config::Config drawn;
  config::Config defaults;
  drawn.parameters = s.parameters;
  for (const config::Key& key : config::keys()) {
    if (!of_a_peer(key.name) || key.name == "election.profile") continue;
    const std::string value = config::value_text(key, drawn);
    const std::string usual = config::value_text(key, defaults);
    sheet.line(std::string(key.name),
               value == usual ? value : value + "   (default " + usual + ")");
  }
}

void weather(Sheet& sheet, const Scenario& s) {
  sheet.heading("Weather");
  sheet.line("network", text(s.network.delay_least) + " to " + text(s.network.delay_usual) +
                            ", late " + text(s.network.late) + " up to " +
                            text(s.network.delay_most) + ", loss " + text(s.network.loss) +
                            ", duplicate " + text(s.network.duplicate));
  sheet.line("disk", text(s.disk.write_least) + " to " + text(s.disk.write_usual) + ", slow " +
                         text(s.disk.slow) + " up to " + text(s.disk.write_most) + ", failure " +
                         text(s.disk.failure));
  sheet.line("hypervisor",
             "slow start " + text(s.hypervisor.slow_start) + ", hanging connect " +
                 text(s.hypervisor.hanging_connect) + ", failure " + text(s.hypervisor.failure) +
                 ", slow finish " + text(s.hypervisor.slow_finish) + ", lost finish " +
                 text(s.hypervisor.lost_finish) + ", endless " + text(s.hypervisor.endless) +
                 ", slow look " + text(s.hypervisor.slow_look));
  sheet.line("hook", !s.hook                  ? "none"
                     : s.hook_yes_when_silent ? "yes when prumod is silent"
                                              : "no when prumod is silent");
  sheet.line("clocks", s.drift_kept ? "within the bound on drift" : "beyond the bound on drift");
  sheet.line("bandwidth", text(s.bandwidth_mib_s) + " MiB/s");
}

void faults(Sheet& sheet, const Scenario& s) {
  sheet.heading("Faults, one on average every");
  sheet.line("crash", text(s.faults.crash));
  sheet.line("kill", text(s.faults.kill));
  sheet.line("stop", text(s.faults.stop));
  sheet.line("die after a write", text(s.faults.between));
  sheet.line("cut", text(s.faults.cut));
  sheet.line("clog", text(s.faults.clog));
  sheet.line("hang", text(s.faults.hang));
  sheet.line("libvirtd dies", text(s.faults.libvirtd));
  sheet.line("disk", text(s.faults.disk));
  sheet.line("disk hangs", text(s.faults.stall));
  sheet.line("store lost", text(s.faults.store));
  sheet.line("operation", text(s.faults.operation));
  sheet.line("virsh", text(s.faults.virsh));
  sheet.line("by hand", text(s.faults.by_hand));
  sheet.line("members", text(s.faults.members));
  sheet.line("they last",
             text(s.faults_last) + ", then all is well within " + text(s.quiet_within));
}

void clone(Sheet& sheet, const Scenario& s) {
  if (!s.clone) return;
  constexpr std::array kStores{"an empty store", "the same store", "a store of an earlier start"};
  constexpr std::array kReached{"the original is reached", "the clone is reached",
                                "either may be reached", "their address is contested"};
  std::string line = "with " + std::string(kStores.at(static_cast<std::size_t>(s.clone->store))) +
                     ", from " + text(s.clone->appears) + " to " + text(s.clone->removed) + "; " +
                     kReached.at(static_cast<std::size_t>(s.clone->reached));
  if (s.clone->changes > Duration{0})
    line += ", another on average every " + text(s.clone->changes);
  sheet.heading("A clone");
  sheet.line(s.name(s.members.size()), line);
}

void provocation(Sheet& sheet, const Provocation& p) {
  if (p.kill_at_handover)
    sheet.heading("A source's daemon is killed when its order is handed over");
  if (p.stall_at_reserved > Duration{0})
    sheet.heading("The first source to hear RESERVED waits " + text(p.stall_at_reserved) +
                  " for its disk");
  if (p.forget_coordinator_at > Duration{0})
    sheet.heading("At " + text(p.forget_coordinator_at) +
                  " the coordinator is cut off and all others restart");
}

void breakage(Sheet& sheet, const Breakage& b) {
  std::string broken;
  const auto add = [&broken](bool on, const char* what) {
    if (on) broken += (broken.empty() ? "" : ", ") + std::string(what);
  };
  add(b.forget_slot, "the slot is forgotten");
  add(b.forget_operation, "the operation is forgotten");
  add(b.forget_cooldowns, "cooldowns are forgotten");
  add(b.forget_election, "epochs are forgotten");
  add(b.forget_starts, "the start count is forgotten");
  add(b.unordered_effects, "effects do not wait for the disk");
  add(b.late_effects, "nothing is too late");
  add(b.stale_readings, "old readings claim to be fresh");
  add(b.refusals_accept, "refusals arrive as acceptances");
  add(b.repeated_orders, "orders are handed over twice");
  add(b.release_frees, "a RELEASE frees the slot");
  add(b.one_run, "two with one id seem to be one run");
  add(b.early_start, "daemons do not wait after their start");
  add(b.same_boot, "boot ids stay");
  if (!broken.empty()) sheet.heading("Broken on purpose: " + broken);
}

}  // namespace

std::string option_text(const Scenario& s) {
  Sheet sheet;
  hosts(sheet, s);
  vms(sheet, s);
  settings(sheet, s);
  weather(sheet, s);
  faults(sheet, s);
  clone(sheet, s);
  provocation(sheet, s.provocation);
  breakage(sheet, s.breakage);
  return sheet.take();
}

}  // namespace prumo::simulation
