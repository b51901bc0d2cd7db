#include "src/cli/settings.h"

#include <charconv>

#include "config/config.h"
#include "config/key.h"

namespace prumo::cli {
namespace {

bool plain(const std::string& value) {
  if (value == "true" || value == "false") return true;
  if (value.empty() || value.front() == '"' || value.front() == '\'' || value.front() == '[')
    return true;
  double number = 0;
  const char* end = value.data() + value.size();
  return std::from_chars(value.data(), end, number).ptr == end;
}

}  // namespace

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
  if (!config) return failure(kUsage, config.error().message);
  return config->parameters;
}

}  // namespace prumo::cli
