#include "config/annotate.h"

#include <sstream>

#include "config/key.h"

namespace prumo::config {
namespace {

constexpr std::size_t kWidth = 96;

constexpr const char* kHead =
    "# What this host's prumod goes by. Only id and cluster must be set. A line that begins with # "
    "and a\n"
    "# key shows the default; take the # away to change it. Times have units: 200ms, 5s, 2min, "
    "1h.\n"
    "# Check your changes with: prumod --check-config\n";

std::string wrapped(const std::string& text) {
  std::string out;
  std::string line = "#";
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = "#";
    }
    line += " " + word;
  }
  return out + line + "\n";
}

}  // namespace

std::string annotated(const std::map<std::string, std::string>& values) {
  Config defaults;
  std::string out = kHead;
  std::string section;
  for (const Key& key : keys()) {
    const std::string name(key.name);
    const std::size_t dot = name.rfind('.');
    const std::string of = dot == std::string::npos ? "" : name.substr(0, dot);
    if (of != section) out += "\n[" + of + "]\n";
    section = of;
    const std::string range = range_text(key);
    out += "\n" + wrapped(std::string(key.doc) + (range.empty() ? "" : " Legal: " + range + "."));
    const auto value = values.find(name);
    const std::string last = name.substr(dot == std::string::npos ? 0 : dot + 1);
    out += value != values.end() ? last + " = " + value->second + "\n"
                                 : "#" + last + " = " + value_text(key, defaults) + "\n";
  }
  return out;
}

std::string annotated_example() {
  return annotated({{"id", "\"h1\""}, {"cluster", "\"00000000000000000000000000000000\""}});
}

}  // namespace prumo::config
