#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "config/config.h"
#include "config/document.h"
#include "config/duration.h"
#include "config/endpoint.h"
#include "config/ids.h"
#include "config/key.h"
#include "config/relations.h"

namespace prumo::config {
namespace {

namespace fs = std::filesystem;

/// Sets one key from what the file says. The text is what is wrong and how to cure it; empty:
/// nothing.
class Setter {
 public:
  Setter(Config& config, const Key& key, const Value& value)
      : config_(config), key_(key), value_(value) {}

  std::string operator()(const DurationKey& k) const {
    const auto* text = std::get_if<std::string>(&value_);
    const auto duration = text != nullptr ? parse_duration(*text) : std::nullopt;
    if (!duration)
      return "is no duration; write a number and a unit in quotes, as \"200ms\", \"5s\", \"2min\"";
    if (*duration < k.low || *duration > k.high) return out_of_range();
    k.at(config_) = *duration;
    return {};
  }
  std::string operator()(const NumberKey& k) const {
    const auto* integer = std::get_if<std::int64_t>(&value_);
    const auto* decimal = std::get_if<double>(&value_);
    if (integer == nullptr && decimal == nullptr)
      return "is no number; write it without quotes, " + range_text(key_);
    const double number = integer != nullptr ? static_cast<double>(*integer) : *decimal;
    if (!(number >= k.low && number <= k.high)) return out_of_range();
    k.at(config_) = number;
    return {};
  }
  std::string operator()(const CountKey& k) const {
    const auto* number = std::get_if<std::int64_t>(&value_);
    if (number == nullptr)
      return "is no whole number; write it without quotes, " + range_text(key_);
    if (*number < 0 || static_cast<std::uint64_t>(*number) < k.low ||
        static_cast<std::uint64_t>(*number) > k.high)
      return out_of_range();
    k.set(config_, static_cast<std::uint64_t>(*number));
    return {};
  }
  std::string operator()(const FlagKey& k) const {
    const auto* flag = std::get_if<bool>(&value_);
    if (flag == nullptr) return "is neither true nor false; write one of them, without quotes";
    k.at(config_) = *flag;
    return {};
  }
  std::string operator()(const TextKey& k) const {
    const auto* text = std::get_if<std::string>(&value_);
    if (text == nullptr) return "is no text; put it in double quotes";
    return take(*text, k.form, k.at(config_));
  }
  std::string operator()(const ListKey& k) const {
    const auto* list = std::get_if<std::vector<std::string>>(&value_);
    if (list == nullptr) return "is no list of texts; write it as [\"one\", \"two\"]";
    if (list->size() > kMostInList) return "is too long; name at most 1000";
    std::vector<std::string> taken;
    for (const std::string& text : *list)
      if (const std::string wrong = take(text, k.form, taken.emplace_back()); !wrong.empty())
        return wrong;
    k.at(config_) = std::move(taken);
    return {};
  }
  std::string operator()(const ChoiceKey& k) const {
    const auto* text = std::get_if<std::string>(&value_);
    const auto it =
        text != nullptr ? std::find(k.choices.begin(), k.choices.end(), *text) : k.choices.end();
    if (it == k.choices.end()) return "is unknown; write " + range_text(key_);
    k.set(config_, static_cast<std::size_t>(it - k.choices.begin()));
    return {};
  }

 private:
  static constexpr std::size_t kMostInList = 1000;

  [[nodiscard]] std::string out_of_range() const {
    return "is out of range; set it " + range_text(key_);
  }

  std::string take(const std::string& text, Form form, std::string& into) const {
    into = text;
    switch (form) {
      case Form::kAny:
        break;
      case Form::kHostId:
        if (!is_host_id(text)) return kHostIdCure;
        break;
      case Form::kCluster:
        if (!is_cluster_id(text))
          return "is no cluster id; take the 32 hexadecimal digits of `prumo init`";
        std::transform(into.begin(), into.end(), into.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        break;
      case Form::kPath:
        if (!text.empty() && text.front() != '/')
          into = (fs::path(config_.path).parent_path() / text).lexically_normal().string();
        break;
      case Form::kTcp:
      case Form::kEndpoint: {
        const auto endpoint = parse_endpoint(text);
        if (!endpoint || (form == Form::kTcp && endpoint->ipc))
          return form == Form::kTcp
                     ? "is no endpoint; write it as \"tcp://ADDRESS:PORT\""
                     : "is no endpoint; write it as \"tcp://ADDRESS:PORT\" or \"ipc:///PATH\"";
        break;
      }
    }
    return {};
  }

  Config& config_;
  const Key& key_;
  const Value& value_;
};

std::string where(const Document& document, const Entry* entry) {
  return entry != nullptr ? document.at(*entry) : document.path + ": ";
}

/// `key = value` as the file has it, or as the default is.
std::string shown(const Document& document, const std::string& key, Config& config) {
  const Entry* entry = document.find(key);
  return key + " = " + (entry != nullptr ? entry->shown : value_text(*find_key(key), config));
}

Result<void> apply(const Document& document, Config& config) {
  for (const Entry& entry : document.entries) {
    if (find_key(entry.key) != nullptr) continue;
    const Key* near = nearest_key(entry.key);
    return fail(document.at(entry) + entry.key + " is no key of prumo; " +
                (near != nullptr ? "did you mean " + std::string(near->name) + "?"
                                 : std::string("remove it")));
  }
  // In the order of the keys, not of the file: a preset never overrides a value that was written
  // out.
  for (const Key& key : keys()) {
    const Entry* entry = document.find(std::string(key.name));
    if (entry == nullptr) continue;
    const std::string wrong = std::visit(Setter(config, key, entry->value), key.kind);
    if (!wrong.empty())
      return fail(document.at(*entry) + entry->key + " = " + entry->shown + " " + wrong);
  }
  return {};
}

Result<void> check_present(const Document& document, const Config& config) {
  const auto missing = [&](const char* key, const char* cure) {
    return fail(document.path + ": " + key + " is missing; " + cure);
  };
  if (config.id.empty())
    return missing("id", "set id = \"NAME\", this host's name among the members");
  if (config.cluster.empty())
    return missing("cluster",
                   "copy it from another host's prumo.toml, or draw one with `prumo init`");
  if (config.hypervisor.kind == HypervisorKind::kSimulated &&
      config.hypervisor.simulated.folder.empty())
    return missing("hypervisor.simulated.folder", "name the folder of the simulated machines");
  if (config.transport.control.empty())
    return missing("transport.control", "list at least \"ipc:///run/prumo/control.sock\"");
  return {};
}

Result<void> check_insecure(const Document& document, const Config& config) {
  const Transport& t = config.transport;
  if (!t.insecure || t.force_insecure) return {};
  std::vector<std::string> endpoints = t.control;
  endpoints.insert(endpoints.begin(), t.listen);
  for (const std::string& endpoint : endpoints) {
    if (parse_endpoint(endpoint)->local()) continue;
    return fail(where(document, document.find("transport.insecure")) +
                "transport.insecure = true with " + endpoint +
                ", which other machines can reach; listen on 127.0.0.1, or use keys "
                "(`prumo keygen`), or set force_insecure = true");
  }
  return {};
}

Result<void> check_relations(const Document& document, Config& config) {
  const Contradiction found = contradiction(config);
  if (found.first.empty()) return {};
  const Entry* entry = document.find(found.first);
  if (entry == nullptr) entry = document.find(found.second);
  return fail(where(document, entry) + shown(document, found.first, config) + " " + found.words +
              " " + shown(document, found.second, config) + "; " + found.cure);
}

/// What the machines themselves would refuse and no relation above has named.
Result<void> check_parameters(const Document& document, const Config& config) {
  const Parameters& p = config.parameters;
  for (const auto& [section, wrong] : {std::pair{"election", election::contradiction(p.election)},
                                       {"gossip", gossip::check(p.gossip)},
                                       {"relief", check(p)}})
    if (!wrong.empty())
      return fail(document.path + ": [" + section + "] " + wrong + "; correct it");
  return {};
}

Result<Config> from(const Document& document) {
  Config config;
  config.path = document.path;
  if (const auto done = apply(document, config); !done) return tl::unexpected(done.error());
  if (const auto done = check_present(document, config); !done) return tl::unexpected(done.error());
  if (const auto done = check_insecure(document, config); !done)
    return tl::unexpected(done.error());
  if (const auto done = check_relations(document, config); !done)
    return tl::unexpected(done.error());
  if (const auto done = check_parameters(document, config); !done)
    return tl::unexpected(done.error());
  return config;
}

}  // namespace

Result<Config> parse(const std::string& text, const std::string& path) {
  const auto document = parse_document(text, path);
  if (!document) return tl::unexpected(document.error());
  return from(*document);
}

Result<Config> load(const std::string& path) {
  const auto document = read_document(path);
  if (!document) return tl::unexpected(document.error());
  return from(*document);
}

}  // namespace prumo::config
