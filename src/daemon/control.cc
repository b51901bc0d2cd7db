#include "src/daemon/control.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "src/daemon/clock.h"
#include "src/daemon/merge.h"
#include "src/wire/bounds.h"
#include "src/wire/status_json.h"
#include "src/wire/text.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

constexpr Duration kStreamPeriod = 400ms;
constexpr Duration kStreamAlive =
    5s;                           // so that a client that has gone is noticed in a quiet cluster
constexpr Duration kSpread = 1s;  // a pause is told as it stands then
constexpr Duration kSpreadLook = 50ms;
constexpr std::size_t kMostStreams = 16;
constexpr std::size_t kMostPast = 1000;  // the newest of all hosts', so that they fit one answer

std::set<HostId> reachable(const Status& status) {
  std::set<HostId> out;
  for (const HostStatus& h : status.hosts)
    if (!h.self && h.known && h.standing <= gossip::Standing::kSuspect) out.insert(h.id);
  return out;
}

/// The members that nobody asks, being dead, gone or never heard of.
std::vector<HostId> away(const Status& status) {
  const std::set<HostId> asked = reachable(status);
  std::vector<HostId> out;
  for (const HostStatus& h : status.hosts)
    if (!h.self && !asked.contains(h.id)) out.push_back(h.id);
  return out;
}

json names(const std::vector<HostId>& hosts) {
  json out = json::array();
  for (const HostId& h : hosts) out.push_back(h.value);
  return out;
}

bool changes_something(const std::string& command) {
  return command == "pause" || command == "resume" || command == "abort" || command == "rejoin" ||
         command == "settle" || command == "incoming" || command == "migrate";
}

/// An operation is named by its id, or by the name or id of the VM that it moves.
bool is_named(const OperationRecord& operation, const std::string& name) {
  return to_string(operation.op) == name || operation.name == name || operation.vm.value == name;
}

}  // namespace

Control::Control(std::string cluster, policy::Parameters policy, Answers& answers, Gather& gather,
                 Journal& journal, Doors doors)
    : cluster_(std::move(cluster)),
      policy_(policy),
      answers_(answers),
      gather_(gather),
      doors_(std::move(doors)),
      hand_moves_(gather_, questions_, journal, {doors_.status, doors_.operate, doors_.plan},
                  [this](Instant now, const std::string& what, Gather::Done done) {
                    everyone(now, what, "", std::move(done));
                  }) {}

void Control::on_ask(Instant now, const transport::Client& client, transport::Role role,
                     const wire::Ask& ask) {
  const Respond respond = [this, client, id = ask.id](bool ok, const json& data) {
    doors_.reply(client, {id, ok ? wire::Code::kDone : wire::Code::kFailed, to_text(data)});
  };
  const auto reject = [&](wire::Code code, const std::string& why) {
    doors_.reply(client, {ask.id, code, to_text({{"error", why}})});
  };
  if (changes_something(ask.command)) {
    if (role == transport::Role::kViewer) {
      doors_.refuse(ask.command + " by a viewer");
      return reject(wire::Code::kForbidden,
                    ask.command + " needs an operator's key; this is a viewer's");
    }
    return operate(now, ask, respond);
  }
  if (ask.command == "status" || ask.command == "hosts")
    return status(now, ask.command == "status", respond);
  if (ask.command == "vms") return vms(now, respond);
  if (ask.command == "figures") return figures(now, respond);
  if (ask.command == "migrations") return migrations(now, respond);
  if (ask.command == "explain") return explain(now, ask.arguments, respond);
  const std::string argument = ask.arguments.empty() ? "" : ask.arguments.front();
  if (ask.command == "basis") return basis(now, argument, respond);
  if (ask.command == "why") return why(now, argument, respond);
  if (ask.command == "operation") return hand_moves_.operation(ask.arguments, respond);
  if (ask.command == "events") {
    if (streams_.size() >= kMostStreams)
      return reject(wire::Code::kFailed, "16 event streams are open already; close one");
    Stream& stream = streams_[++last_stream_];
    stream = Stream{client, ask.id, {}, now, now + kStreamAlive};
    return poll_stream(now, last_stream_, stream);
  }
  reject(wire::Code::kUsage, "unknown command \"" + ask.command + "\"");
}

void Control::on_query(const Query& query, const std::function<void(Answer)>& answer) {
  if (query.what == "abort") {
    const Status s = doors_.status();
    const bool here = s.operation && is_named(*s.operation, query.argument);
    if (here) doors_.operate(AbortOperation{s.operation->op});
    return answer({query.id, true, to_text({{"here", here}})});
  }
  if (query.what == "settle") {
    const Status s = doors_.status();
    const VmId vm(query.argument);
    const auto is = [&vm](const auto& entry) { return entry.first == vm; };
    const bool here =
        std::any_of(s.operator_needed.begin(), s.operator_needed.end(), is) ||
        std::any_of(s.freed.begin(), s.freed.end(), [&vm](const Freed& f) { return f.vm == vm; });
    if (here) doors_.operate(Settled{vm});
    return answer({query.id, true, to_text({{"here", here}})});
  }
  const Respond respond = [answer, id = query.id](bool ok, const json& data) {
    answer({id, ok, to_text(data)});
  };
  if (!hand_moves_.answer(query.what, query.argument, respond))
    answers_.answer(query.what, query.argument, respond);
}

void Control::everyone(Instant now, const std::string& what, const std::string& argument,
                       Gather::Done done) {
  const Status s = doors_.status();
  gather_.ask(now, reachable(s), what, argument,
              [this, self = s.self, what, argument, done = std::move(done)](Gathered gathered) {
                on_query(Query{0, what, argument},
                         [self, done, gathered = std::move(gathered)](const Answer& own) mutable {
                           auto data = json::parse(own.json, nullptr, false);
                           if (own.ok && !data.is_discarded()) gathered.answers[self] = data;
                           done(std::move(gathered));
                         });
              });
}

void Control::status(Instant now, bool with_decision, const Respond& respond) {
  json out = wire::to_json(doors_.status(), cluster_, policy_);
  out["counters"] = doors_.counters();
  out["refused"] = doors_.refused();
  out["last_decision"] = nullptr;
  if (!with_decision) return respond(true, std::move(out));
  everyone(now, "explain", "", [respond, out = std::move(out)](const Gathered& gathered) mutable {
    const json last = newest_decision(gathered);
    if (said(last, "found", false))
      out["last_decision"] = {
          {"round", text_of(last, "round")},
          {"time", text_of(last, "time")},
          {"age_s", (static_cast<double>(unix_ms()) - static_cast<double>(time_of(last))) / 1000},
          {"host", text_of(last, "host")},
          {"text", text_of(last, "text")}};
    out["unanswered"] = names(gathered.unanswered);
    respond(true, std::move(out));
  });
}

void Control::vms(Instant now, const Respond& respond) {
  everyone(now, "vms", "", [this, respond](const Gathered& gathered) {
    json all = json::array();
    for (const auto& [host, list] : gathered.answers)
      for (const json& vm : list) all.push_back(vm);
    respond(true, {{"vms", std::move(all)},
                   {"unanswered", names(gathered.unanswered)},
                   {"away", names(away(doors_.status()))}});
  });
}

void Control::figures(Instant now, const Respond& respond) {
  everyone(now, "figures", "", [respond](const Gathered& gathered) {
    json all = json::array();
    for (const auto& [host, data] : gathered.answers) all.push_back(data);
    respond(true, {{"hosts", std::move(all)}, {"unanswered", names(gathered.unanswered)}});
  });
}

void Control::migrations(Instant now, const Respond& respond) {
  everyone(now, "migrations", "", [respond](const Gathered& gathered) {
    json running = json::array();
    std::vector<json> past;
    for (const auto& [host, data] : gathered.answers) {
      for (const json& m : said(data, "running", json::array())) running.push_back(m);
      for (const json& m : said(data, "past", json::array())) past.push_back(m);
    }
    std::stable_sort(past.begin(), past.end(),
                     [](const json& a, const json& b) { return time_of(a) > time_of(b); });
    if (past.size() > kMostPast) past.resize(kMostPast);
    respond(true, {{"running", std::move(running)},
                   {"past", std::move(past)},
                   {"unanswered", names(gathered.unanswered)}});
  });
}

void Control::explain(Instant now, const std::vector<std::string>& arguments,
                      const Respond& respond) {
  const std::string argument = arguments.empty() ? "" : arguments.front();
  const bool by_round = argument.starts_with("round:");
  if (!argument.empty() && !by_round)
    if (const std::string why = why_no_member(doors_.status(), argument); !why.empty())
      return respond(false, {{"error", why}});
  everyone(now, "explain", argument, [respond, by_round](const Gathered& gathered) {
    json out = by_round ? decisions_of_round(gathered) : newest_decision(gathered);
    out["unanswered"] = names(gathered.unanswered);
    respond(true, std::move(out));
  });
}

/// What a round was decided on. Only who decided has it.
void Control::basis(Instant now, const std::string& round, const Respond& respond) {
  everyone(now, "basis", round, [respond](const Gathered& gathered) {
    json out = {{"found", false}};
    for (const auto& [host, data] : gathered.answers)
      if (said(data, "found", false)) out = data;
    out["unanswered"] = names(gathered.unanswered);
    respond(true, std::move(out));
  });
}

/// Where a VM is, what keeps it there, and each decision in which it had a part.
void Control::why(Instant now, const std::string& vm, const Respond& respond) {
  if (vm.empty()) return respond(false, {{"error", "name a VM; `prumo vms` lists them"}});
  everyone(now, "vms", "", [this, now, vm, respond](const Gathered& lists) {
    json here = vms_called(lists, vm);
    everyone(now, "why", vm, [this, vm, respond, here = std::move(here)](const Gathered& gathered) {
      json out = part_of_vm(gathered);
      if (here.empty() && out["decisions"].empty() && gathered.unanswered.empty())
        return respond(false, {{"error", "no VM is called \"" + vm +
                                             "\", now or in any decision that is "
                                             "remembered; `prumo vms` lists them"}});
      json hosts = wire::to_json(doors_.status(), cluster_, policy_);
      out["vm"] = vm;
      out["now"] = here;
      out["hosts"] = hosts["hosts"];
      out["limits"] = hosts["limits"];
      out["paused"] = hosts["paused"];
      out["unanswered"] = names(gathered.unanswered);
      respond(true, std::move(out));
    });
  });
}

void Control::operate(Instant now, const wire::Ask& ask, const Respond& respond) {
  if (ask.command == "pause" || ask.command == "resume") {
    return set_pause(now, ask.command == "pause", respond);
  }
  if (ask.command == "incoming") return incoming(now, ask.arguments, respond);
  if (ask.command == "migrate") return hand_moves_.migrate(now, ask.arguments, respond);
  if (ask.command == "rejoin") {
    doors_.operate(Rejoin{});
    return respond(true, {{"done", true}, {"text", "this host votes and receives VMs again"}});
  }
  const std::string what = ask.arguments.empty() ? "" : ask.arguments.front();
  everyone(now, ask.command, what,
           [respond, what, abort = ask.command == "abort"](const Gathered& gathered) {
             for (const auto& [host, data] : gathered.answers)
               if (said(data, "here", false))
                 return respond(true,
                                {{"done", true},
                                 {"text", abort ? host.value + " is told to abort " + what
                                                : host.value + " takes " + what + " as settled"}});
             respond(false, {{"error", abort ? "no host carries out \"" + what +
                                                   "\"; name a VM that is on its way, or an "
                                                   "operation as `prumo migrations` lists it"
                                             : "no host waits for an operator because of VM \"" +
                                                   what + "\"; name it by its id"}});
           });
}

void Control::incoming(Instant now, const std::vector<std::string>& arguments,
                       const Respond& respond) {
  // An id travels as it is: one that others refuse would have them refuse all that this host says.
  if (arguments.empty() || arguments[0].empty() || arguments[0].size() > wire::kTextMost ||
      !wire::is_clean(arguments[0], wire::Lines::kOne))
    return respond(false, {{"error", "name the VM by its id"}});
  const std::string& name = arguments.size() > 1 ? arguments[1] : arguments[0];
  IncomingAsked asked{0, VmId(arguments[0]),
                      wire::cleaned(name, wire::kTextMost, wire::Lines::kOne)};
  asked.question = questions_.put(now, [respond](const Verdict& v) {
    respond(true, {{"admitted", v.yes}, {"why", v.why}});
  });
  doors_.ask_in(std::move(asked));
}

void Control::set_pause(Instant now, bool on, const Respond& respond) {
  const std::uint64_t number = questions_.put(now, [this, on, respond](const Verdict& v) {
    if (!v.yes)
      return respond(false, {{"error", std::string(on ? "pause" : "resume") + ": " + v.why +
                                           "; it holds on this host once it is stored"}});
    const Status s = doors_.status();
    Spreading spreading{s.pause, respond, s.as_of + kSpread};
    if (!told_spread(s.as_of, spreading)) spreading_.push_back(std::move(spreading));
  });
  doors_.operate(SetPause{on, number});
}

/// Tells it when every host that can be reached shows the pause, as it does once that is stored
/// there, or when that takes too long. False: neither yet.
bool Control::told_spread(Instant now, const Spreading& spreading) {
  const Status s = doors_.status();
  const std::set<HostId> others = reachable(s);
  std::vector<HostId> stored;
  std::vector<HostId> missing;
  bool wait = false;
  for (const HostStatus& h : s.hosts) {
    const gossip::Pause& shown = h.summary.pause;
    const bool there = h.self || shown == spreading.pause || shown.supersedes(spreading.pause);
    (there ? stored : missing).push_back(h.id);
    if (!there && others.contains(h.id)) wait = true;
  }
  if (wait && now < spreading.until) return false;
  std::string text =
      spreading.pause.on ? "paused: no migration will start until `prumo resume`" : "resumed";
  text += "; stored on " + std::to_string(stored.size()) + " of " + std::to_string(s.hosts.size()) +
          " hosts";
  for (std::size_t i = 0; i < missing.size(); ++i)
    text += (i == 0 ? ", not yet on " : ", ") + missing[i].value;
  if (!missing.empty()) text += ": they learn it as soon as they are heard";
  spreading.respond(true, {{"done", true},
                           {"text", std::move(text)},
                           {"stored", names(stored)},
                           {"not_yet", names(missing)}});
  return true;
}

void Control::turn(Instant now) {
  questions_.expire(now);
  std::erase_if(spreading_, [&](const Spreading& s) { return told_spread(now, s); });
  spread_look_ = spreading_.empty() ? Instant::never() : now + kSpreadLook;
  for (auto it = streams_.begin(); it != streams_.end();) {
    auto& [key, stream] = *it++;  // a stream whose client has gone is erased below
    if (now < stream.next) continue;
    if (now >= stream.alive) {
      stream.alive = now + kStreamAlive;
      if (!doors_.reply(stream.client, {stream.id, wire::Code::kEvent, R"({"kind":"alive"})"})) {
        streams_.erase(key);
        continue;
      }
    }
    poll_stream(now, key, stream);
  }
}

Instant Control::next_deadline() const {
  Instant next = std::min(questions_.next_deadline(), spread_look_);
  for (const auto& [key, s] : streams_) next = std::min(next, s.next);
  return next;
}

void Control::poll_stream(Instant now, std::uint64_t key, Stream& stream) {
  stream.next = now + kStreamPeriod;
  // Each host has a cursor of its own, so each is asked by itself; the answers are passed on as
  // they come.
  const Status s = doors_.status();
  std::set<HostId> hosts = reachable(s);
  const auto own = stream.cursors[s.self];
  for (const HostId& host : hosts)
    gather_.ask(now, {host}, "events", stream.cursors[host],
                [this, key, cursor = stream.cursors[host]](const Gathered& gathered) {
                  pass_on(key, cursor, gathered);
                });
  on_query(Query{0, "events", own}, [this, key, own, self = s.self](const Answer& answer) {
    Gathered gathered;
    gathered.answers[self] = json::parse(answer.json, nullptr, false);
    pass_on(key, own, gathered);
  });
}

void Control::pass_on(std::uint64_t key, const std::string& asked, const Gathered& gathered) {
  const auto it = streams_.find(key);
  if (it == streams_.end()) return;
  for (const auto& [host, data] : gathered.answers) {
    std::string& place = it->second.cursors[host];
    // A slow host is asked again before it has answered: what has been passed on is not repeated.
    if (place != asked) continue;
    place = text_of(data, "cursor");
    for (const json& event : said(data, "events", json::array())) {
      if (!doors_.reply(it->second.client, {it->second.id, wire::Code::kEvent, to_text(event)})) {
        streams_.erase(it);
        return;
      }
    }
  }
}

}  // namespace prumo::daemon
