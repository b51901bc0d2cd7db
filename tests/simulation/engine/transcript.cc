#include "tests/simulation/engine/transcript.h"

#include <array>
#include <cstdio>

#include "tests/simulation/engine/describe.h"

namespace prumo::simulation {

namespace {
std::string named(const MigrationFacts& facts) {
  return (facts.op ? to_string(*facts.op) : std::string("virsh migrate")) + " " + facts.vm.value;
}
}  // namespace

void Transcript::say(const std::string& what) {
  std::array<char, 32> stamp{};
  std::snprintf(stamp.data(), stamp.size(), "%10.4f s  ", seconds(cluster_.now()));
  lines_.push_back(stamp.data() + what);
  if (lines_.size() > most_) lines_.pop_front();
}

void Transcript::line(std::size_t host, const std::string& what) {
  const Machine& machine = cluster_.machine(host);
  std::array<char, 64> stamp{};
  std::snprintf(stamp.data(), stamp.size(), "%s (%9.4f)  ", cluster_.name(host).c_str(),
                seconds(machine.now().since_boot));
  say(stamp.data() + what);
}

void Transcript::handed_over(const MigrationFacts& f) {
  line(f.from, "hypervisor is handed " + named(f) + " to " + cluster_.name(f.to));
}
void Transcript::appeared(const MigrationFacts& f) {
  line(f.to, "hypervisor: incoming " + named(f));
}
void Transcript::disappeared(const MigrationFacts& f, bool arrived) {
  line(f.to, "hypervisor: " + named(f) + (arrived ? " has arrived" : " is gone"));
}
void Transcript::ended(const MigrationFacts& f) {
  line(f.from, "hypervisor: job over, " + named(f));
}
void Transcript::running(const VmId& vm, std::size_t copies, Begins) {
  if (copies != 1) say(vm.value + " runs " + std::to_string(copies) + " times");
}
void Transcript::daemon_started(std::size_t host) { line(host, "daemon starts"); }

void Transcript::stepped(std::size_t host, const Effects& effects) {
  for (const Effect& effect : effects)
    if (const auto* note = std::get_if<Note>(&effect)) line(host, "· " + describe(*note));
}

void Transcript::sent(std::size_t host, std::size_t to, const wire::Envelope& envelope) {
  const std::string what = describe(envelope.message);
  if (!what.empty())
    line(host, "→ " + cluster_.name(cluster_.network().led(host, to)) + " " + what);
}

std::string Transcript::text() const {
  std::string all;
  for (const std::string& line : lines_) all += line + '\n';
  return all;
}

}  // namespace prumo::simulation
