#include "src/daemon/hand_moves.h"

#include <algorithm>
#include <utility>

#include "src/daemon/merge.h"
#include "src/wire/bounds.h"
#include "src/wire/status_json.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

constexpr std::size_t kMostWords = 1024;  // bytes, so that an order fits its question

json error(const std::string& why) { return {{"error", why}}; }

/// Where a VM of that name or id may be moved from.
struct Found {
  std::vector<json> running;
  std::vector<json> other;  ///< defined, coming in, or gone
};

Found find_vm(const Gathered& lists, const std::string& vm) {
  Found found;
  for (json& each : vms_called(lists, vm)) {
    const std::string state = text_of(each, "state");
    const bool runs = state == "running" || state == "paused";
    (runs ? found.running : found.other).push_back(std::move(each));
  }
  return found;
}

/// Why none of them is the one to move; empty: there is one.
std::string why_none(const Found& found, const std::string& vm, const Gathered& lists) {
  if (found.running.size() == 1) return {};
  if (found.running.size() > 1) {
    std::string out = std::to_string(found.running.size()) + " VMs are called \"" + vm +
                      "\"; name one by its id:";
    for (const json& each : found.running)
      out += " " + text_of(each, "id") + " on " + text_of(each, "host");
    return out;
  }
  if (!found.other.empty())
    return vm + " does not run: it is " + text_of(found.other.front(), "state") + " on " +
           text_of(found.other.front(), "host");
  std::string out = "no VM is called \"" + vm + "\"; `prumo vms` lists them";
  for (const HostId& host : lists.unanswered) out += "; " + host.value + " did not answer";
  return out;
}

}  // namespace

HandMoves::HandMoves(Gather& gather, Questions& questions, Journal& journal, Doors doors,
                     Everyone everyone)
    : gather_(gather),
      questions_(questions),
      journal_(journal),
      doors_(std::move(doors)),
      everyone_(std::move(everyone)) {}

void HandMoves::migrate(Instant now, const std::vector<std::string>& arguments,
                        const Respond& respond) {
  if (arguments.size() < 2 || arguments[0].empty() || arguments[1].empty())
    return respond(false, error("name a VM and the host that it is to go to"));
  Order order{arguments[0], arguments[1], {}, false};
  for (std::size_t i = 2; i < arguments.size(); ++i) {
    if (arguments[i] == "dry-run")
      order.dry_run = true;
    else
      order.words += (order.words.empty() ? "" : " ") + arguments[i];
  }
  if (order.vm.size() > wire::kTextMost || order.to.size() > wire::kTextMost ||
      order.words.size() > kMostWords)
    return respond(false, error("too long to be a VM, a host or settings"));
  everyone_(now, "vms", [this, order, respond](const Gathered& lists) mutable {
    const Found found = find_vm(lists, order.vm);
    if (const std::string why = why_none(found, order.vm, lists); !why.empty())
      return respond(false, error(why));
    order.vm = text_of(found.running.front(), "id");
    pass_on(HostId(text_of(found.running.front(), "host")), order, respond);
  });
}

void HandMoves::ask(const HostId& host, const std::string& what, const std::string& argument,
                    const Respond& respond) {
  const Status s = doors_.status();
  if (host == s.self) {
    (void)answer(what, argument, respond);
    return;
  }
  gather_.ask(s.as_of, {host}, what, argument, [host, respond](const Gathered& gathered) {
    const auto it = gathered.answers.find(host);
    if (it == gathered.answers.end())
      return respond(false, error(host.value + " did not answer within 0.5 s"));
    if (!it->second.is_object())
      return respond(false, error(host.value + " answered with something else"));
    respond(true, it->second);
  });
}

void HandMoves::pass_on(const HostId& source, Order order, const Respond& respond) {
  const json passed{
      {"vm", order.vm}, {"to", order.to}, {"words", order.words}, {"dry_run", order.dry_run}};
  ask(source, "migrate", to_text(passed), [this, source, order, respond](bool ok, json data) {
    if (!ok) {
      const std::string doubt =
          order.dry_run ? "" : "; `prumo migrations` shows whether it has begun all the same";
      return respond(false, error(text_of(data, "error") + doubt));
    }
    if (!text_of(data, "error").empty()) return respond(false, error(text_of(data, "error")));
    data["from"] = source.value;
    data["to"] = order.to;
    if (order.dry_run) return try_out(source, order.to, std::move(data), respond);
    respond(true, std::move(data));
  });
}

void HandMoves::try_out(const HostId& source, const std::string& to, json data,
                        const Respond& respond) {
  json offer = said(data, "offer", json::object());
  if (!offer.is_object()) offer = json::object();
  offer["from"] = source.value;
  data.erase("offer");
  ask(HostId(to), "would-take", to_text(offer), [data, respond](bool ok, const json& word) mutable {
    data["destination"] = {{"takes", ok && said(word, "takes", false)},
                           {"why", ok ? text_of(word, "why") : text_of(word, "error")}};
    respond(true, std::move(data));
  });
}

bool HandMoves::answer(const std::string& what, const std::string& argument,
                       const Respond& respond) {
  if (what == "operation") {
    how_it_stands(argument, respond);
    return true;
  }
  const bool order = what == "migrate";
  if (!order && what != "would-take") return false;
  const json data = json::parse(argument, nullptr, false);
  if (!data.is_object())
    respond(true, error("this host can't read the order; use one version of prumod everywhere"));
  else if (order)
    begin(data, respond);
  else
    would_take(data, respond);
  return true;
}

/// At the source.
void HandMoves::begin(const json& order, const Respond& respond) {
  const Status s = doors_.status();
  const VmId id(text_of(order, "vm"));
  const auto d = std::find_if(s.domains.begin(), s.domains.end(),
                              [&id](const Domain& each) { return each.id == id; });
  if (d == s.domains.end()) return respond(true, error("it is no longer on " + s.self.value));
  const std::string words = text_of(order, "words");
  HandPlan plan = doors_.plan(id, words);
  if (!plan.forecast) return respond(true, std::move(plan.shown));
  MoveByHand move{
      0, id, HostId(text_of(order, "to")), words, said(order, "dry_run", false), plan.forecast};
  json out{{"id", id.value}, {"vm", d->name}, {"plan", std::move(plan.shown)}};
  if (move.dry_run) {
    out["dry_run"] = true;
    out["offer"] = {{"vm", id.value},
                    {"name", d->name},
                    {"cpu", d->usage.cpu},
                    {"memory", d->usage.memory},
                    {"network", d->usage.network},
                    {"memory_mib", d->memory_mib}};
  }
  move.question =
      questions_.put(s.as_of, [out, respond, dry_run = move.dry_run](const Verdict& v) mutable {
        const std::string why = out["vm"].get<std::string>() + " stays: " + v.why;
        if (dry_run)
          out["source"] = {{"begins", v.yes}, {"why", v.why}};
        else if (v.yes)
          out["op"] = to_string(v.op);
        else
          out = error(why);
        respond(true, std::move(out));
      });
  doors_.operate(std::move(move));
}

/// At the destination.
void HandMoves::would_take(const json& offer, const Respond& respond) {
  WouldTake question;
  question.from = HostId(text_of(offer, "from"));
  question.reserve.vm = VmId(text_of(offer, "vm"));
  question.reserve.name = text_of(offer, "name");
  question.reserve.demand = {said(offer, "cpu", 0.0), said(offer, "memory", 0.0),
                             said(offer, "network", 0.0)};
  question.reserve.memory_mib = said(offer, "memory_mib", 0.0);
  question.question = questions_.put(doors_.status().as_of, [respond](const Verdict& v) {
    respond(true, {{"takes", v.yes}, {"why", v.why}});
  });
  doors_.operate(std::move(question));
}

void HandMoves::operation(const std::vector<std::string>& arguments, const Respond& respond) {
  if (arguments.size() != 2 || arguments[0].empty() || arguments[0].size() > wire::kTextMost)
    return respond(false, error("name an operation and the host that carries it out"));
  const Status s = doors_.status();
  const HostId host(arguments[1]);
  if (const std::string why = why_no_member(s, host.value); !why.empty())
    return respond(false, error(why));
  ask(host, "operation", arguments[0], [respond](bool ok, json data) {
    if (!ok) data["state"] = "silent";
    respond(true, std::move(data));
  });
}

void HandMoves::how_it_stands(const std::string& op, const Respond& respond) {
  const Status s = doors_.status();
  if (s.operation && to_string(s.operation->op) == op) {
    json running = wire::running_to_json(s).front();
    running["state"] = "running";
    return respond(true, std::move(running));
  }
  const auto ended = [self = s.self](const auto& entries) -> json {
    json data = entries.empty() ? json() : json::parse(entries.front().json, nullptr, false);
    if (!data.is_object()) return {{"state", "unknown"}};
    data["state"] = "ended";
    data["from"] = self.value;
    return data;
  };
  journal_.find({"finished"}, op, 1, ended,
                [respond](json data) { respond(true, std::move(data)); });
}

}  // namespace prumo::daemon
