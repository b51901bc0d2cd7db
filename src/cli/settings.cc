#include "src/cli/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "config/config.h"
#include "config/key.h"
#include "config/vm_migration.h"

namespace prumo::cli {
namespace {

constexpr std::array<std::string_view, 10> kOfAMoment{
    "mu",        "overload",   "target",        "alpha",    "beta",
    "objective", "work_limit", "allow_partial", "min_gain", "weight_prediction"};
constexpr std::string_view kPolicy = "policy.";
constexpr std::size_t kLinesBefore = 2;  ///< the settings, in the text that is made of them

bool plain(const std::string& value) {
  if (value == "true" || value == "false") return true;
  if (value.empty() || value.front() == '"' || value.front() == '\'' || value.front() == '[')
    return true;
  double number = 0;
  const char* end = value.data() + value.size();
  return std::from_chars(value.data(), end, number).ptr == end;
}

/// "--set:4: policy.target …" of the fourth line as "--set target=5: policy.target …".
std::string at_its_setting(const std::string& message, const std::vector<std::string>& settings) {
  std::size_t line = 0;
  int end = 0;
  if (std::sscanf(message.c_str(), "--set:%zu: %n", &line, &end) != 1 || end == 0 ||
      line <= kLinesBefore || line > kLinesBefore + settings.size())
    return message;
  return "--set " + settings[line - kLinesBefore - 1] + ": " +
         message.substr(static_cast<std::size_t>(end));
}

}  // namespace

std::string key_of(const std::string& setting) {
  const std::string key = setting.substr(0, setting.find('='));
  return key.starts_with(kPolicy) ? key.substr(kPolicy.size()) : key;
}

bool of_a_moment(const std::string& key) {
  return std::find(kOfAMoment.begin(), kOfAMoment.end(), key) != kOfAMoment.end();
}

std::string keys_of_a_moment() {
  std::string out;
  for (const std::string_view key : kOfAMoment) out += (out.empty() ? "" : ", ") + std::string(key);
  return out;
}

Tried<Parameters> parameters_of(const std::vector<std::string>& settings) {
  std::string text = "id = \"trial\"\ncluster = \"" + std::string(32, '0') + "\"\n";
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (setting.find('\n') != std::string::npos)
      return failure(kUsage, "--set holds more than one line; name one key, like target=0.8");
    if (equals == std::string::npos)
      return failure(kUsage, "--set \"" + setting + "\" sets nothing; write it as target=0.8");
    const std::string key = setting.substr(0, equals);
    const std::string value = setting.substr(equals + 1);
    text += (key.find('.') == std::string::npos ? "policy." : "") + key + " = " +
            (plain(value) ? value : config::quoted(value)) + "\n";
  }
  const auto config = config::parse(text, "--set");
  if (!config) return failure(kUsage, at_its_setting(config.error().message, settings));
  return config->parameters;
}

std::string wrong_for_a_vm(const std::vector<std::string>& words) {
  config::Config any;
  any.migration.allow_post_copy = true;
  std::string all;
  for (const std::string& word : words) {
    if (word.find_first_of(" \t\n") != std::string::npos) return "\"" + word + "\" holds blanks";
    all += (all.empty() ? "" : " ") + word;
  }
  const auto wrong = config::vm_migration(any, "", all).wrong;
  return wrong.empty() ? "" : wrong.front();
}

}  // namespace prumo::cli
