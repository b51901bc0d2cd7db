#include "tests/simulation/program/summary.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/simulation/run/expected_paths.h"

namespace prumo::simulation {

namespace {

constexpr double kYear = 365.25 * 24 * 3600;

std::string with_commas(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}
std::string decimals(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}
std::string counted(std::uint64_t value, const char* what) {
  return with_commas(value) + " " + what + (value == 1 ? "" : "s");
}

double seeds_per_second(const Campaign& campaign) {
  const auto runs = static_cast<double>(campaign.seeds + campaign.repeated);
  return campaign.seconds > 0 ? runs / campaign.seconds : 0;
}

std::string fingerprint_of(const Campaign& campaign) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%016llx",
                static_cast<unsigned long long>(campaign.fingerprint));
  return text.data();
}

std::string troubles(const CampaignPlan& plan, const Campaign& campaign) {
  std::string text;
  for (const Report& report : campaign.failed) {
    text += explain(report);
    text += "Again: " + replay_command(report.seed, plan) + "\n\n";
  }
  for (const std::uint64_t seed : campaign.unrepeatable)
    text += "seed " + std::to_string(seed) +
            " went another way when it was run again. Again: " + replay_command(seed, plan) + "\n";
  return text;
}

std::string table_of_paths(const PathCounts& paths) {
  std::string text = "Paths taken\n";
  for (const auto& [path, times] : paths) {
    const std::string number = with_commas(times);
    text += "  " + std::string(number.size() < 12 ? 12 - number.size() : 0, ' ') + number + "  " +
            path + (is_listed(path) ? "" : "   (new: expected_paths.cc does not list it)") + "\n";
  }
  return text;
}

}  // namespace

bool must_take_all_paths(const CampaignPlan& plan, const Campaign& campaign) {
  return campaign.seeds >= kEnoughSeeds && plan.without == nullptr && !plan.limits.hosts &&
         !plan.limits.faults_last;
}

bool passed(const CampaignPlan& plan, const Campaign& campaign) {
  return campaign.failed.empty() && campaign.unrepeatable.empty() &&
         (!must_take_all_paths(plan, campaign) || untaken(campaign.paths).empty());
}

std::string replay_command(std::uint64_t seed, const CampaignPlan& plan) {
  std::string text = "prumo-simulate --replay " + std::to_string(seed);
  if (plan.limits.hosts) text += " --hosts " + std::to_string(*plan.limits.hosts);
  if (plan.limits.faults_last)
    text += " --fault-seconds " + decimals(seconds(*plan.limits.faults_last), 0);
  if (plan.without != nullptr) text += " --without " + plan.without->name;
  return text;
}

std::string as_text(const CampaignPlan& plan, const Campaign& c, bool with_paths) {
  std::string text = troubles(plan, c);
  text += counted(c.seeds, "seed") + " from " + std::to_string(plan.first) +
          " on: " + (c.failed.empty() ? "no violation" : counted(c.failed.size(), "violation")) +
          "; " + with_commas(c.repeated) + " of them twice" +
          (c.unrepeatable.empty() ? ", alike" : ", NOT ALL ALIKE") + "\n";
  text += "  " + decimals(c.host_seconds / kYear, 4) + " virtual host-years (" +
          with_commas(static_cast<std::uint64_t>(c.virtual_seconds)) + " s of virtual time), " +
          counted(c.arrived, "migration") + ", " + counted(c.elections, "election") + "\n";
  text += "  " + decimals(seeds_per_second(c), 1) + " runs a second for " + decimals(c.seconds, 1) +
          " s, " + counted(plan.jobs, "thread") + "; fingerprint " + fingerprint_of(c) + "\n";
  const std::vector<std::string> missed = untaken(c.paths);
  const bool judged = must_take_all_paths(plan, c);
  text += "  " + counted(expected_paths().size() - missed.size(), "path") + " taken of " +
          std::to_string(expected_paths().size()) + " expected" +
          (judged ? "" : " (judged from " + with_commas(kEnoughSeeds) + " seeds on)") + "\n";
  if (judged || with_paths) {
    for (const std::string& path : missed)
      text += std::string(judged ? "  NEVER TAKEN: " : "  not taken: ") + path + "\n";
    text += table_of_paths(c.paths);
  }
  return text;
}

std::string as_json(const CampaignPlan& plan, const Campaign& c) {
  nlohmann::json failed = nlohmann::json::array();
  for (const Report& report : c.failed)
    failed.push_back({{"seed", report.seed},
                      {"hosts", report.hosts},
                      {"invariant", report.violation->invariant},
                      {"at_s", seconds(report.violation->when)},
                      {"text", report.violation->text},
                      {"replay", replay_command(report.seed, plan)}});
  const nlohmann::json all = {{"passed", passed(plan, c)},
                              {"violations", failed},
                              {"unrepeatable", c.unrepeatable},
                              {"first_seed", plan.first},
                              {"seeds", c.seeds},
                              {"repeated", c.repeated},
                              {"fingerprint", fingerprint_of(c)},
                              {"virtual_s", c.virtual_seconds},
                              {"virtual_host_years", c.host_seconds / kYear},
                              {"migrations_started", c.started},
                              {"migrations", c.arrived},
                              {"elections", c.elections},
                              {"seconds", c.seconds},
                              {"jobs", plan.jobs},
                              {"runs_per_second", seeds_per_second(c)},
                              {"paths_judged", must_take_all_paths(plan, c)},
                              {"paths_not_taken", untaken(c.paths)},
                              {"paths", c.paths}};
  return all.dump(2) + "\n";
}

}  // namespace prumo::simulation
