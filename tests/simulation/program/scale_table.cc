#include "tests/simulation/program/scale_table.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "gossip/parameters.h"

namespace prumo::simulation {

namespace {

std::string number(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}
std::string secs(Duration value) { return number(seconds(value), 2); }

template <class T>
const T& median(const std::vector<T>& ascending) {
  return ascending[ascending.size() / 2];
}

/// Gossip periods in which push and pull with `fanout` partners reach everybody: log2 N / fanout.
double expected_rounds(std::size_t hosts) {
  return std::log2(static_cast<double>(hosts)) / gossip::Parameters{}.fanout;
}
double rounds(Duration time) { return seconds(time) / seconds(gossip::Parameters{}.gossip_period); }

std::string row(const Scale& s) {
  std::string text = "| " + std::to_string(s.hosts) + " | " + number(s.loss * 100, 0) + " % | ";
  text += secs(median(s.ordinary)) + " / " + secs(s.ordinary.back()) + " s | ";
  text += number(rounds(median(s.ordinary)), 1) + " / " + number(rounds(s.ordinary.back()), 1) +
          " (" + number(expected_rounds(s.hosts), 1) + ") | ";
  text += secs(median(s.urgent)) + " / " + secs(s.urgent.back()) + " s | ";
  text += number(median(s.sent_bytes_per_s) / 1000, 1) + " / " +
          number(s.sent_bytes_per_s.back() / 1000, 1) + " kB/s | ";
  text += number(s.coordinator_bytes_per_s / 1000, 1) + " kB/s | ";
  text += secs(s.suspect) + " / " + secs(s.dead) + " s | ";
  text += secs(s.acts) + " / " + secs(s.followed) + " s | ";
  text += number(seconds(s.ordered) * 1000, 0) + " ms | " + number(seconds(s.decision) * 1000, 2) +
          " ms |\n";
  return text;
}

std::string kinds(const Scale& s) {
  std::string text = "  " + std::to_string(s.hosts) + " peers, " + number(s.loss * 100, 0) + " %:";
  for (const auto& [kind, rate] : s.kinds_bytes_per_s)
    if (rate >= 50) text += " " + kind + " " + number(rate / 1000, 1);
  return text + "\n";
}

nlohmann::json seconds_of(const std::vector<Duration>& list) {
  nlohmann::json all = nlohmann::json::array();
  for (const Duration& each : list) all.push_back(seconds(each));
  return all;
}

}  // namespace

std::string as_table(const std::vector<Scale>& measured) {
  std::string text =
      "Virtual time; median / most. Rounds: gossip periods, in brackets log2 N / fanout. Bytes are "
      "those of frames.\n\n"
      "| peers | loss | a sample is known to all | rounds | an urgent change | sent by each | by "
      "the coordinator | a death: suspect / dead to all | another acts / all follow | asked to "
      "ordered | decision |\n|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Scale& s : measured) text += row(s);
  text += "\nWhat is sent, kB/s, mean of all peers\n";
  for (const Scale& s : measured) text += kinds(s);
  return text;
}

std::string as_json(const std::vector<Scale>& measured) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Scale& s : measured)
    rows.push_back({{"hosts", s.hosts},
                    {"loss", s.loss},
                    {"ordinary_s", seconds_of(s.ordinary)},
                    {"expected_rounds", expected_rounds(s.hosts)},
                    {"urgent_s", seconds_of(s.urgent)},
                    {"sent_bytes_per_s", s.sent_bytes_per_s},
                    {"coordinator_bytes_per_s", s.coordinator_bytes_per_s},
                    {"kinds_bytes_per_s", s.kinds_bytes_per_s},
                    {"suspect_s", seconds(s.suspect)},
                    {"dead_s", seconds(s.dead)},
                    {"ordered_s", seconds(s.ordered)},
                    {"decision_s", seconds(s.decision)},
                    {"acts_s", seconds(s.acts)},
                    {"followed_s", seconds(s.followed)}});
  return rows.dump(2) + "\n";
}

}  // namespace prumo::simulation
