#include "src/daemon/answers.h"

#include "src/wire/status_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

constexpr std::size_t kPastMigrations = 100;
constexpr std::size_t kDecisionsSearched = 50;

json parsed(const store::HistoryEntry& entry) {
  auto data = json::parse(entry.json, nullptr, false);
  if (!data.is_object()) return nullptr;
  data["text"] = entry.text;
  data["kind"] = entry.kind;
  data["unix_ms"] = entry.unix_ms;
  return data;
}

}  // namespace

void Answers::answer(const std::string& what, const std::string& argument, const Respond& respond) {
  if (what == "vms") return respond(true, wire::vms_to_json(look_()));
  if (what == "migrations") return migrations(respond);
  if (what == "explain") return explain(argument, respond);
  if (what == "events") return respond(true, journal_.events_after(argument));
  respond(false, {{"error", "this host can't answer \"" + what + "\""}});
}

void Answers::migrations(const Respond& respond) {
  journal_.find({"finished"}, "", kPastMigrations, [this, respond](const auto& entries) {
    const Status status = look_();
    json past = json::array();
    for (const auto& entry : entries) {
      json data = parsed(entry);
      if (data.is_null()) continue;
      data["from"] = status.self.value;
      past.push_back(std::move(data));
    }
    respond(true, {{"running", wire::running_to_json(status)}, {"past", std::move(past)}});
  });
}

/// The newest decision about a host, or the one of a round; empty argument: the newest of all.
void Answers::explain(const std::string& argument, const Respond& respond) {
  const bool by_round = argument.starts_with("round:");
  const std::string subject = by_round ? argument.substr(6) : "";
  const std::string host = by_round ? "" : argument;
  journal_.find({"decided", "no-relief", "ordered", "advised", "unrelieved"}, subject,
                kDecisionsSearched, [host, respond](const auto& entries) {
                  for (const auto& entry : entries) {
                    json data = parsed(entry);
                    if (data.is_null() || (!host.empty() && data.value("host", "") != host))
                      continue;
                    data["found"] = true;
                    return respond(true, std::move(data));
                  }
                  respond(true, {{"found", false}});
                });
}

}  // namespace prumo::daemon
