#define TOML_EXCEPTIONS 0
// toml++ asserts in places what it then checks and reports as an error, which is what we want.
#define TOML_ASSERT(expression) static_assert(true)
#include "config/document.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "config/toml_letters.h"

namespace prumo::config {
namespace {

constexpr std::size_t kMostShown = 60;

/// Fit for a message of one line.
std::string in_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  return text;
}

std::string shortened(std::string text) {
  text = in_line(std::move(text));
  if (text.size() > kMostShown) text = text.substr(0, kMostShown) + "…";
  return text;
}

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&out](const auto& value) {
    // A text is shown with plain quotes, as it was most probably written.
    if constexpr (toml::is_string<decltype(value)>) {
      out << '"' << value.get() << '"';
    } else if constexpr (toml::is_array<decltype(value)>) {
      // Not by the library's formatter, which reckons with the logarithm of an infinite number.
      const char* before = "[";
      for (const toml::node& element : value) {
        out << before << shown(element);
        before = ", ";
      }
      out << (value.empty() ? "[]" : "]");
    } else if constexpr (toml::is_table<decltype(value)>) {
      out << "{…}";
    } else if constexpr (toml::is_floating_point<decltype(value)>) {
      std::array<char, 32> digits{};  // the shortest that is read as the same number
      out.write(digits.data(),
                std::to_chars(digits.begin(), digits.end(), value.get()).ptr - digits.data());
    } else {
      out << value;
    }
  });
  return shortened(lowered(out.str()));
}

Value value_of(const toml::node& node) {
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* text = node.as_string()) return lowered(text->get());
  if (const auto* array = node.as_array()) {
    std::vector<std::string> list;
    for (const toml::node& element : *array) {
      if (!element.is_string()) return Foreign{};
      list.push_back(lowered(element.as_string()->get()));
    }
    return list;
  }
  return Foreign{};
}

void flatten(const toml::table& table, const std::string& prefix, std::vector<Entry>& out) {
  for (const auto& [key, node] : table) {
    const std::string name = shortened(prefix + lowered(key.str()));
    if (const toml::table* inner = node.as_table(); inner != nullptr && !inner->empty()) {
      flatten(*inner, name + ".", out);
    } else if (inner == nullptr) {
      out.push_back({name, value_of(node), shown(node), static_cast<int>(key.source().begin.line)});
    }
  }
}

}  // namespace

const Entry* Document::find(const std::string& key) const {
  const auto it =
      std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == key; });
  return it == entries.end() ? nullptr : &*it;
}

std::string Document::at(const Entry& entry) const {
  return path + ":" + std::to_string(entry.line) + ": ";
}

Result<Document> parse_document(const std::string& text, const std::string& path) {
  const toml::parse_result parsed = toml::parse(lifted(text), path);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    const std::string why = in_line(lowered(error.description()));
    return fail(path + ":" + std::to_string(error.source().begin.line) + ": " + why +
                "; write it as key = value, texts in double quotes");
  }
  Document document{path, {}};
  flatten(parsed.table(), "", document.entries);
  std::stable_sort(document.entries.begin(), document.entries.end(),
                   [](const Entry& a, const Entry& b) { return a.line < b.line; });
  return document;
}

Result<Document> read_document(const std::string& path) {
  constexpr std::size_t kMost = 1024 * 1024;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMost + 1, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof())
    return fail(path + ": " + std::strerror(errno) +
                "; name the right file, and let the user of this program read it");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMost) return fail(path + ": longer than 1 MiB; name the right file");
  return parse_document(text, path);
}

}  // namespace prumo::config
