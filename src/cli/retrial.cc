#include "src/cli/retrial.h"

#include <algorithm>

#include "config/key.h"
#include "policy/cost.h"
#include "policy/overload.h"
#include "policy/render.h"
#include "policy/text.h"
#include "src/cli/reading.h"
#include "src/cli/table.h"
#include "src/wire/snapshot_json.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

/// The keys whose values differ, with both.
struct Changed {
  std::string key;
  std::string then;
  std::string now;
};

std::vector<Changed> changes(const policy::Parameters& then, const policy::Parameters& now) {
  config::Config before;
  config::Config after;
  before.parameters.policy = then;
  after.parameters.policy = now;
  std::vector<Changed> out;
  for (const config::Key& key : config::keys()) {
    if (!key.name.starts_with("policy.")) continue;
    const std::string was = config::value_text(key, before);
    const std::string is = config::value_text(key, after);
    if (was != is) out.push_back({std::string(key.name.substr(7)), was, is});
  }
  return out;
}

const policy::Relief* find(const std::vector<policy::Relief>& reliefs, const HostId& host) {
  for (const policy::Relief& relief : reliefs)
    if (relief.host == host) return &relief;
  return nullptr;
}

/// Load and limit of a host with the settings tried.
Utilisation load_of(const Compared& c, const HostId& id) {
  const auto& hosts = c.retrial.input.snapshot.hosts;
  const auto host =
      std::find_if(hosts.begin(), hosts.end(), [&](const policy::Host& h) { return h.id == id; });
  return host == hosts.end() ? Utilisation{} : policy::utilisation_of(host->usage, host->capacity);
}
Micro limit_of(const Compared& c) { return Micro::of(c.retrial.input.parameters.overload); }

std::string would_ask(const Compared& c, const HostId& id) {
  return "would ask too: " + policy::overload_text(load_of(c, id), limit_of(c)) +
         "; its VMs are not in this snapshot";
}

std::string would_not_ask(const Compared& c, const HostId& id) {
  const Utilisation used = load_of(c, id);
  const Resource worst = policy::worst_of(used);
  return std::string("would not ask: ") + name_of(worst) + " " + policy::number(used[worst]) +
         " is at most " + policy::number(limit_of(c));
}

std::string in_words(const policy::Relief& relief) {
  std::string text = policy::summary(relief.host, relief.moves);
  if (relief.moves.empty()) text += ": " + relief.infeasible;
  return text;
}

bool same(const policy::Relief& a, const policy::Relief& b) { return a.moves == b.moves; }

}  // namespace

std::string render_retrial(const Compared& c, const Style& style, bool full) {
  const auto changed = changes(c.basis.input.parameters, c.retrial.input.parameters);
  std::string with;
  for (const Changed& one : changed)
    with += (with.empty() ? "" : ", ") + one.key + " " + one.now + " (then " + one.then + ")";
  std::string out =
      paragraph("Round " + text_of(c.basis.document, "round", "?") + " decided again with " +
                    (with.empty() ? "the settings it had" : with),
                style);
  Table rows({{"HOST"}, {"SETTINGS"}, {"DECISION"}});
  for (const policy::Relief& then : c.then) {
    const policy::Relief* now = find(c.now, then.host);
    rows.add({{then.host.value, Tone::kBold}, {"then"}, {in_words(then)}});
    const std::string words = now == nullptr     ? would_not_ask(c, then.host)
                              : same(then, *now) ? "the same"
                                                 : in_words(*now);
    rows.add({{""}, {"these"}, {words, words == "the same" ? Tone::kPlain : Tone::kWarning}});
  }
  for (const HostId& host : c.retrial.unheard) {
    rows.add({{host.value, Tone::kBold}, {"then"}, {"did not ask"}});
    rows.add({{""}, {"these"}, {would_ask(c, host), Tone::kWarning}});
  }
  out += rows.render(style);
  for (const policy::Relief& now : c.now) {
    const policy::Relief* then = find(c.then, now.host);
    if (!full && then != nullptr && same(*then, now)) continue;
    out += "\n" + policy::render(now, {full, "with these settings", "--full shows them"});
  }
  return out;
}

json to_json(const Compared& c) {
  json settings = json::object();
  for (const Changed& one : changes(c.basis.input.parameters, c.retrial.input.parameters))
    settings[one.key] = {{"then", one.then}, {"now", one.now}};
  const auto names = [](const std::vector<HostId>& hosts) {
    json out = json::array();
    for (const HostId& host : hosts) out.push_back(host.value);
    return out;
  };
  bool differs = c.then.size() != c.now.size();
  for (const policy::Relief& then : c.then) {
    const policy::Relief* now = find(c.now, then.host);
    differs = differs || now == nullptr || !same(then, *now);
  }
  return {{"round", text_of(c.basis.document, "round")},
          {"settings", std::move(settings)},
          {"differs", differs},
          {"then", wire::to_json(policy::Decision{c.then})},
          {"now", wire::to_json(policy::Decision{c.now})},
          {"would_not_ask", names(c.retrial.calm)},
          {"would_ask_too", names(c.retrial.unheard)}};
}

}  // namespace prumo::cli
