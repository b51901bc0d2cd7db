// Writes what the cluster's hosts and VMs use into a trace, to be tried out on later.

#include <array>
#include <chrono>
#include <ctime>
#include <set>

#include "config/duration.h"
#include "src/cli/program.h"
#include "src/cli/reading.h"
#include "src/cli/trial.h"
#include "src/trace/writer.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr Duration kUnknownInterval = 5s;

std::string now_text() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t whole = std::chrono::system_clock::to_time_t(now);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  std::tm utc{};
  ::gmtime_r(&whole, &utc);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms.count() % 1000));
  return std::string(text.data()) + fraction.data();
}

Resources resources_of(const json& from, const char* memory, const char* network) {
  return {std::max(0.0, number_of(from, "cpu")), std::max(0.0, number_of(from, memory)),
          std::max(0.0, number_of(from, network))};
}

/// A VM runs on one host: one that is only coming in is left to its source.
bool runs_here(const json& vm) {
  const std::string state = text_of(vm, "state");
  return state != "shut off" && state != "incoming" && state != "not here";
}

std::vector<trace::HostRows> rows_of(const json& answer) {
  std::vector<trace::HostRows> all;
  std::set<std::string> seen;
  for (const json& host : list_of(answer, "hosts")) {
    trace::HostRows rows;
    rows.host = HostId(text_of(host, "host"));
    rows.capacity = resources_of(part_of(host, "capacity"), "memory_mib", "network_mbit");
    rows.usage = resources_of(part_of(host, "measured"), "memory_mib", "network_mbit");
    // A daemon that has only just started has measured nothing yet.
    if (rows.host.empty() || !(rows.capacity.cpu > 0)) continue;
    for (const json& vm : list_of(host, "vms")) {
      const std::string id = text_of(vm, "id");
      if (id.empty() || !runs_here(vm) || !seen.insert(id).second) continue;
      rows.vms.push_back({VmId(id), resources_of(vm, "memory_mib", "network_mbit"),
                          std::max(0.0, number_of(vm, "image_mib"))});
    }
    all.push_back(std::move(rows));
  }
  return all;
}

/// Who is away is said once, and once when they are back.
class Gaps {
 public:
  Gaps(Program& program, trace::Writer& writer) : program_(program), writer_(writer) {}

  Result<void> heard(const std::string& time, const std::set<std::string>& answered) {
    for (const std::string& host : answered) {
      if (known_.insert(host).second || away_.erase(host) == 0) continue;
      if (const auto said = say(time, host + " answers again"); !said) return said;
    }
    for (const std::string& host : known_) {
      if (answered.contains(host) || !away_.insert(host).second) continue;
      if (const auto said = say(time, host + " does not answer"); !said) return said;
    }
    return {};
  }
  [[nodiscard]] std::size_t hosts() const { return known_.size(); }
  [[nodiscard]] std::size_t count() const { return count_; }

  Result<void> say(const std::string& time, const std::string& what) {
    ++count_;
    clear_progress(program_);
    program_.environment().err << "prumo: " << time << " " << what << "\n" << std::flush;
    return writer_.comment(time + " " + what);
  }

 private:
  Program& program_;
  trace::Writer& writer_;
  std::set<std::string> known_;
  std::set<std::string> away_;
  std::size_t count_ = 0;
};

/// False: Ctrl-C was pressed meanwhile.
bool waited(Environment& environment, Duration time) {
  constexpr Duration kLook = 100ms;
  for (Duration left = time;;) {
    if (environment.interrupted && environment.interrupted()) return false;
    if (left <= Duration{0}) return true;
    const Duration piece = environment.interrupted ? std::min(left, kLook) : left;
    environment.wait(piece);
    left -= piece;
  }
}

Duration interval_of(const json& answer, Duration otherwise) {
  for (const json& host : list_of(answer, "hosts")) {
    const double s = number_of(host, "sample_interval_s");
    if (s >= 0.05 && s <= 3600) return Duration(static_cast<std::int64_t>(s * 1e6));
  }
  return otherwise;
}

void record(Program& program, const std::string& folder, std::optional<Duration> length) {
  // The first answer tells whether there is anybody to ask at all, before anything is written.
  auto asker = program.environment().connect(program.options);
  if (!asker) return program.fail(asker.error());
  auto answer = (*asker)->ask("figures", {});
  if (!answer) return program.fail(answer.error());
  auto writer = trace::Writer::create(folder);
  if (!writer) return program.fail({kFailed, writer.error().message});
  Gaps gaps(program, *writer);
  const Duration begin = stopwatch();
  Duration interval = kUnknownInterval;
  std::uint64_t steps = 0;
  std::string lost;
  for (Duration next = begin;;) {
    const std::string time = now_text();
    std::set<std::string> answered;
    Result<void> kept;
    if (answer) {
      interval = interval_of(*answer, interval);
      const auto rows = rows_of(*answer);
      for (const trace::HostRows& row : rows) answered.insert(row.host.value);
      if (!rows.empty()) {
        kept = writer->step(time, rows);
        ++steps;
      }
      lost.clear();
      if (kept) kept = gaps.heard(time, answered);
    } else if (lost.empty()) {
      lost = answer.error().message;
      kept = gaps.say(time, "nothing is recorded: " + lost);
    }
    if (!kept) return program.fail({kFailed, kept.error().message});
    const Duration now = stopwatch();
    next = std::max(next + interval, now);
    if (length && next - begin > *length) break;
    if (!program.environment().wait) break;
    if (!waited(program.environment(), next - now)) break;
    // A daemon that was restarted is asked over a new connection.
    if (!answer) asker = program.environment().connect(program.options);
    answer = asker ? (*asker)->ask("figures", {}) : tl::unexpected(asker.error());
  }
  if (program.json())
    return program.print(pretty(
        {{"out", folder}, {"steps", steps}, {"hosts", gaps.hosts()}, {"gaps", gaps.count()}}));
  program.print(folder + ": " + std::to_string(steps) + " samples of " +
                std::to_string(gaps.hosts()) + " hosts; prumo replay " + folder + "\n");
}

}  // namespace

void add_record(CLI::App& app, Program& program) {
  CLI::App* sub = app.add_subcommand(
      "record", "Writes what hosts and VMs use into a trace for replay, compare and tune");
  auto folder = std::make_shared<std::string>();
  auto length = std::make_shared<std::string>();
  sub->add_option("--out", *folder, "New folder for the trace")->required();
  sub->add_option("--for", *length, "How long, like 1h; until Ctrl-C when not given");
  sub->footer(
      "It asks at the interval at which hosts sample. A host that is away leaves a gap, which is\n"
      "said here and in the trace. What has been written can be replayed at any moment.\n"
      "Example:\n  prumo record --out yesterday --for 24h && prumo replay yesterday");
  sub->callback([&program, folder, length] {
    std::optional<Duration> limit;
    if (!length->empty()) {
      limit = config::parse_duration(*length);
      if (!limit || *limit <= Duration{0})
        return program.fail(
            {kUsage, "--for = \"" + *length + "\" is no time; write it as 90s, 30min or 24h"});
    }
    record(program, *folder, limit);
  });
}

}  // namespace prumo::cli
