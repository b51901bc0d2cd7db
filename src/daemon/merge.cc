#include "src/daemon/merge.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "src/daemon/notes.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

constexpr std::size_t kAnswerMost = 700 * 1024;
constexpr std::size_t kMigrationsOfVm = 10;

bool by_coordinator(const json& data) {
  const std::string kind = text_of(data, "kind");
  return kind == "decided" || kind == "no-relief";
}

double worst_of(const json& decision) {
  const json used =
      said(said(decision, "explanation", json::object()), "utilisation", json::object());
  return std::max({said(used, "cpu", 0.0), said(used, "memory", 0.0), said(used, "network", 0.0)});
}

/// One account of each decision, by round and host.
using Accounts = std::map<std::pair<std::string, std::string>, json>;

void add(Accounts& accounts, const json& decision) {
  const std::pair key{text_of(decision, "round"), text_of(decision, "host")};
  const auto it = accounts.find(key);
  if (it == accounts.end() || (by_coordinator(decision) && !by_coordinator(it->second))) {
    accounts[key] = decision;
  }
}

std::vector<json> accounts_of(const Gathered& gathered, const char* list) {
  Accounts accounts;
  for (const auto& [host, data] : gathered.answers)
    for (const json& decision : said(data, list, json::array()))
      if (decision.is_object()) add(accounts, decision);
  std::vector<json> out;
  for (auto& [key, decision] : accounts) out.push_back(std::move(decision));
  return out;
}

json newest_first(std::vector<json> list, std::size_t most) {
  std::stable_sort(list.begin(), list.end(),
                   [](const json& a, const json& b) { return time_of(a) > time_of(b); });
  if (list.size() > most) list.resize(most);
  return list;
}

}  // namespace

std::vector<json> vms_called(const Gathered& lists, const std::string& name) {
  std::vector<json> found;
  for (const auto& [host, list] : lists.answers) {
    if (!list.is_array()) continue;
    for (const json& each : list) {
      if (text_of(each, "id") != name && text_of(each, "name") != name) continue;
      found.push_back(each);
      found.back()["host"] = host.value;
    }
  }
  return found;
}

json newest_decision(const Gathered& gathered) {
  Accounts accounts;
  for (const auto& [host, data] : gathered.answers)
    if (said(data, "found", false)) add(accounts, data);
  json best = {{"found", false}};
  for (const auto& [key, decision] : accounts)
    if (!said(best, "found", false) || time_of(decision) > time_of(best)) best = decision;
  return best;
}

json decisions_of_round(const Gathered& gathered) {
  std::vector<json> all = accounts_of(gathered, "decisions");
  if (all.empty()) return {{"found", false}};
  std::stable_sort(all.begin(), all.end(),
                   [](const json& a, const json& b) { return worst_of(a) > worst_of(b); });
  json out = all.front();
  out["found"] = true;
  out["others"] = json::array();
  out["left_out"] = json::array();
  std::size_t bytes = to_text(out).size();
  for (std::size_t i = 1; i < all.size(); ++i) {
    bytes += to_text(all[i]).size();
    if (bytes <= kAnswerMost) {
      out["others"].push_back(std::move(all[i]));
    } else {
      out["left_out"].push_back(text_of(all[i], "host"));
    }
  }
  return out;
}

json part_of_vm(const Gathered& gathered) {
  std::vector<json> migrations;
  for (const auto& [host, data] : gathered.answers)
    for (const json& m : said(data, "migrations", json::array()))
      if (m.is_object()) migrations.push_back(m);
  return {{"decisions", newest_first(accounts_of(gathered, "decisions"), kDecisionsOfVm)},
          {"migrations", newest_first(std::move(migrations), kMigrationsOfVm)}};
}

}  // namespace prumo::daemon
