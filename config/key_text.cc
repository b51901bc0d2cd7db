#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "config/duration.h"
#include "config/key.h"

namespace prumo::config {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // clang 14 does not deduce it

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    std::chars_format::general, 15);
  return {buffer.data(), result.ptr};
}

std::string list_text(const std::vector<std::string>& list) {
  std::string out = "[";
  for (const std::string& text : list) out += (out.size() > 1 ? ", " : "") + quoted(text);
  return out + "]";
}

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1);
}

}  // namespace

std::string quoted(const std::string& text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4U];
      out += kHex[static_cast<unsigned char>(c) & 15U];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string value_text(const Key& key, Config& c) {
  return std::visit(
      Overloaded{
          [&](const DurationKey& k) { return quoted(to_text(k.at(c))); },
          [&](const NumberKey& k) { return number_text(k.at(c)); },
          [&](const CountKey& k) { return std::to_string(k.get(c)); },
          [&](const FlagKey& k) { return std::string(k.at(c) ? "true" : "false"); },
          [&](const TextKey& k) { return config::quoted(k.at(c)); },  // not std::
          [&](const ListKey& k) { return list_text(k.at(c)); },
          [&](const ChoiceKey& k) { return quoted(std::string(k.choices[k.get(c)])); },
      },
      key.kind);
}

std::string range_text(const Key& key) {
  return std::visit(
      Overloaded{
          [](const DurationKey& k) { return "from " + to_text(k.low) + " to " + to_text(k.high); },
          [](const NumberKey& k) {
            return "from " + number_text(k.low) + " to " + number_text(k.high) +
                   (k.unit.empty() ? "" : " " + std::string(k.unit));
          },
          [](const CountKey& k) {
            return "from " + std::to_string(k.low) + " to " + std::to_string(k.high);
          },
          [](const ChoiceKey& k) {
            std::string out;
            for (const auto choice : k.choices)
              out += (out.empty() ? "one of " : ", ") + quoted(std::string(choice));
            return out;
          },
          [](const auto&) { return std::string(); },
      },
      key.kind);
}

const Key* nearest_key(std::string_view name) {
  const Key* best = nullptr;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const Key& key : keys()) {
    // A known name in the wrong section is nearer than any other name.
    const std::size_t far = last_part(key.name) == last_part(name) ? 1 : distance(key.name, name);
    if (far < least) {
      least = far;
      best = &key;
    }
  }
  return best;
}

}  // namespace prumo::config
