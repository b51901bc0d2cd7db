#include "config/ids.h"

#include <algorithm>
#include <cctype>

namespace prumo::config {
namespace {

constexpr std::string_view kSigns = ".-:+=^!/*?&<>()[]{}@%$#";

bool alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_host_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && alphanumeric(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_cluster_id(std::string_view text) {
  return text.size() == 32 && std::all_of(text.begin(), text.end(),
                                          [](unsigned char c) { return std::isxdigit(c) != 0; });
}

bool is_key(std::string_view text) {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return alphanumeric(c) || kSigns.find(c) != std::string_view::npos;
         });
}

}  // namespace prumo::config
