#include "tests/simulation/run/campaign.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

namespace prumo::simulation {

namespace {

class Runner {
 public:
  Runner(const CampaignPlan& plan, const std::function<void(const Campaign&)>& progress)
      : plan_(plan), progress_(progress), next_(plan.first) {}

  Campaign run() {
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < plan_.jobs; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    const auto by_seed = [](const Report& a, const Report& b) { return a.seed < b.seed; };
    std::sort(all_.failed.begin(), all_.failed.end(), by_seed);
    std::sort(all_.unrepeatable.begin(), all_.unrepeatable.end());
    all_.seconds = spent();
    return std::move(all_);
  }

 private:
  void work() {
    while (const std::optional<std::uint64_t> seed = take()) {
      const Scenario scenario = scenario_of(*seed, plan_);
      Report report = run_and_explain(scenario, plan_.transcript_lines);
      const bool twice = *seed % kRepeatEvery == 0;
      add(std::move(report), twice ? std::optional(simulation::run(scenario)) : std::nullopt);
    }
  }

  std::optional<std::uint64_t> take() {
    const std::lock_guard lock(mutex_);
    const bool granted = next_ - plan_.first < plan_.least || spent() < plan_.granted_seconds;
    const bool interrupted = plan_.interrupted != nullptr && *plan_.interrupted;
    if (stop_ || interrupted || next_ > plan_.last || !granted) return std::nullopt;
    return next_++;
  }

  void add(Report report, const std::optional<Report>& again) {
    const std::lock_guard lock(mutex_);
    ++all_.seeds;
    all_.fingerprint += report.fingerprint;
    all_.virtual_seconds += seconds(report.virtual_time);
    all_.host_seconds += seconds(report.virtual_time) * static_cast<double>(report.hosts);
    all_.started += report.started;
    all_.arrived += report.arrived;
    all_.elections += report.elections;
    for (const auto& [path, times] : report.paths) all_.paths[path] += times;
    if (again) {
      ++all_.repeated;
      if (again->fingerprint != report.fingerprint) all_.unrepeatable.push_back(report.seed);
    }
    if (report.violation) {
      all_.failed.push_back(std::move(report));
      stop_ = !plan_.go_on;
    }
    all_.seconds = spent();
    if (progress_) progress_(all_);
  }

  [[nodiscard]] double spent() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  const CampaignPlan& plan_;
  const std::function<void(const Campaign&)>& progress_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  std::uint64_t next_;
  bool stop_ = false;
  Campaign all_;
};

}  // namespace

Scenario scenario_of(std::uint64_t seed, const CampaignPlan& plan) {
  Scenario scenario = draw_scenario(seed, plan.limits);
  if (plan.without != nullptr) {
    plan.without->bias(scenario);
    plan.without->take_away(scenario);
    // Where it is safety that must be seen to break, nobody waits for calm.
    if (plan.without->invariant != 8) scenario.quiet_within = Duration{0};
  }
  return scenario;
}

Campaign run_campaign(const CampaignPlan& plan,
                      const std::function<void(const Campaign&)>& progress) {
  return Runner(plan, progress).run();
}

}  // namespace prumo::simulation
