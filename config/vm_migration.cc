#include "config/vm_migration.h"

#include <charconv>
#include <sstream>

#include "config/setter.h"
#include "src/peer/pattern.h"

namespace prumo::config {
namespace {

const std::string kSection = "migration.";

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(std::move(word));
  return words;
}

/// The value as a TOML file would hold it, by what the key wants.
Value value_of(const Key& key, const std::string& text) {
  if (std::holds_alternative<FlagKey>(key.kind) && (text == "true" || text == "false"))
    return text == "true";
  const bool number =
      std::holds_alternative<NumberKey>(key.kind) || std::holds_alternative<CountKey>(key.kind);
  if (!number) return text;
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(text.data(), end, integer);
      read.ec == std::errc() && read.ptr == end)
    return integer;
  double decimal = 0;
  if (const auto read = std::from_chars(text.data(), end, decimal);
      read.ec == std::errc() && read.ptr == end)
    return decimal;
  return text;
}

std::string set_word(Config& config, const std::string& word) {
  const auto split = word.find('=');
  if (split == std::string::npos) return word + " is no setting; write it as KEY=VALUE";
  const std::string name = word.substr(0, split);
  const Key* key = find_key(kSection + name);
  if (key == nullptr || std::holds_alternative<ListKey>(key->kind))
    return name + " is no key of [migration]; write method, max_downtime, deadline, …";
  const std::string wrong = set_key(config, *key, value_of(*key, word.substr(split + 1)));
  return wrong.empty() ? wrong : word + " " + wrong;
}

/// What contradicts itself once all words are in.
std::string contradiction(const policy::MigrationSettings& s) {
  if (s.allow_post_copy) return {};
  if (s.method == policy::MethodWish::kPostCopy)
    return "method=post-copy needs migration.allow_post_copy = true in prumo.toml";
  if (s.last_resort == policy::LastResort::kPostCopy)
    return "last_resort=post-copy needs migration.allow_post_copy = true in prumo.toml";
  return {};
}

}  // namespace

VmMigration vm_migration(const Config& config, const std::string& name,
                         std::string_view own_words) {
  Config applied;
  applied.migration = config.migration;
  for (const std::string& line : config.migration_vms) {
    const auto words = words_of(line);
    if (words.empty() || !matches(words.front(), name)) continue;
    for (std::size_t i = 1; i < words.size(); ++i) (void)set_word(applied, words[i]);
  }
  VmMigration out;
  for (const std::string& word : words_of(own_words)) {
    const policy::MigrationSettings before = applied.migration;
    std::string wrong = word.starts_with("allow_post_copy") ? word + " is for prumo.toml alone"
                                                            : set_word(applied, word);
    if (wrong.empty()) wrong = contradiction(applied.migration);
    if (wrong.empty()) continue;
    applied.migration = before;
    out.wrong.push_back(std::move(wrong));
  }
  out.settings = applied.migration;
  return out;
}

std::string wrong_vm_line(const Config& config, const std::string& line) {
  const auto words = words_of(line);
  if (words.size() < 2) return "a pattern and what differs are missing, as \"db* method=auto\"";
  Config applied;
  applied.migration = config.migration;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (std::string wrong = set_word(applied, words[i]); !wrong.empty()) return wrong;
  return contradiction(applied.migration);
}

}  // namespace prumo::config
