#include "src/daemon/answers.h"

#include <algorithm>

#include "src/daemon/merge.h"
#include "src/wire/status_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

constexpr std::size_t kPastMigrations = 100;
constexpr std::size_t kDecisionsSearched = 50;
const std::vector<std::string> kDecisions{"decided", "no-relief", "ordered", "advised",
                                          "unrelieved"};

json parsed(const store::HistoryEntry& entry) {
  auto data = json::parse(entry.json, nullptr, false);
  if (!data.is_object()) return nullptr;
  data["text"] = entry.text;
  data["kind"] = entry.kind;
  data["unix_ms"] = entry.unix_ms;
  return data;
}

/// What `of` makes of each entry that can be read; what it makes null of is left out.
template <class F>
json each_of(const std::vector<store::HistoryEntry>& entries, const F& of) {
  json all = json::array();
  for (const auto& entry : entries) {
    json data = parsed(entry);
    if (!data.is_null()) data = of(std::move(data));
    if (!data.is_null()) all.push_back(std::move(data));
  }
  return all;
}

/// Of a decision what concerns one VM, named by id or name; null: nothing does.
json part_of(const std::string& vm, json decision) {
  json& explanation = decision["explanation"];
  if (!explanation.is_object()) return nullptr;
  json verdicts = json::array();
  std::string id;
  for (const json& verdict : said(explanation, "vms", json::array())) {
    if (text_of(verdict, "vm") != vm && text_of(verdict, "name") != vm) continue;
    id = text_of(verdict, "vm");
    verdicts.push_back(verdict);
  }
  if (verdicts.empty()) return nullptr;
  json pairs = json::array();
  for (const json& pair : said(explanation, "pairs", json::array()))
    if (text_of(pair, "vm") == id) pairs.push_back(pair);
  explanation["vms"] = std::move(verdicts);
  explanation["pairs"] = std::move(pairs);
  return decision;
}

/// What has ended of a host's own migrations.
Journal::Make ended_on(const HostId& self) {
  return [self](const auto& entries) {
    return each_of(entries, [&self](json migration) {
      migration["from"] = self.value;
      return migration;
    });
  };
}

}  // namespace

std::string why_no_member(const Status& s, const std::string& name) {
  const bool known = std::any_of(s.hosts.begin(), s.hosts.end(),
                                 [&name](const HostStatus& h) { return h.id.value == name; });
  return known ? "" : "no member is called \"" + name + "\"; `prumo hosts` lists them";
}

void Answers::answer(const std::string& what, const std::string& argument, const Respond& respond) {
  if (what == "vms") return respond(true, wire::vms_to_json(look_()));
  if (what == "figures") return respond(true, wire::figures_to_json(look_()));
  if (what == "migrations") return migrations(respond);
  if (what == "explain") return explain(argument, respond);
  if (what == "basis") return basis(argument, respond);
  if (what == "why") return why(argument, respond);
  if (what == "events") return respond(true, journal_.events_after(argument));
  respond(false, {{"error", "this host can't answer \"" + what + "\""}});
}

void Answers::migrations(const Respond& respond) {
  journal_.find(
      {"finished"}, "", kPastMigrations, ended_on(look_().self), [this, respond](json past) {
        respond(true, {{"running", wire::running_to_json(look_())}, {"past", std::move(past)}});
      });
}

/// The newest decision about a host, or all of a round; empty argument: the newest of all.
void Answers::explain(const std::string& argument, const Respond& respond) {
  const Journal::Made done = [respond](json data) { respond(true, std::move(data)); };
  if (argument.starts_with("round:")) {
    const auto all_of_it = [](const auto& entries) -> json {
      return {{"decisions", each_of(entries, [](json decision) { return decision; })}};
    };
    journal_.find(kDecisions, argument.substr(6), kDecisionsSearched, all_of_it, done);
    return;
  }
  const auto newest = [host = argument](const auto& entries) -> json {
    for (const auto& entry : entries) {
      json data = parsed(entry);
      if (data.is_null() || (!host.empty() && text_of(data, "host") != host)) continue;
      data["found"] = true;
      return data;
    }
    return {{"found", false}};
  };
  journal_.find(kDecisions, "", kDecisionsSearched, newest, done);
}

void Answers::basis(const std::string& round, const Respond& respond) {
  journal_.find_basis(round, [respond](const std::optional<store::Basis>& basis) {
    json data = basis ? json::parse(basis->json, nullptr, false) : json();
    if (!data.is_object()) return respond(true, {{"found", false}});
    data["found"] = true;
    respond(true, std::move(data));
  });
}

void Answers::why(const std::string& vm, const Respond& respond) {
  const std::string mention = to_text(vm);
  const auto parts = [vm](const auto& entries) {
    return each_of(entries, [&vm](json decision) { return part_of(vm, std::move(decision)); });
  };
  journal_.find(
      kDecisions, "", kDecisionsOfVm, parts,
      [this, mention, respond](json decisions) {
        journal_.find(
            {"finished"}, "", kDecisionsOfVm, ended_on(look_().self),
            [respond, decisions = std::move(decisions)](json migrations) {
              respond(true, {{"decisions", decisions}, {"migrations", std::move(migrations)}});
            },
            mention);
      },
      mention);
}

}  // namespace prumo::daemon
