#include "config/config.h"
#include "config/document.h"
#include "config/endpoint.h"
#include "config/key.h"
#include "config/relations.h"
#include "config/setter.h"
#include "config/vm_migration.h"

namespace prumo::config {
namespace {

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
    const std::string wrong = set_key(config, key, entry->value);
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

Result<void> check_vm_migrations(const Document& document, const Config& config) {
  const Entry* entry = document.find("migration.vms");
  for (const std::string& line : config.migration_vms)
    if (const std::string wrong = wrong_vm_line(config, line); !wrong.empty())
      return fail(where(document, entry) + "migration.vms: " + quoted(line) + ": " + wrong);
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
  if (const auto done = check_vm_migrations(document, config); !done)
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
