#include "policy/layout.h"

#include <algorithm>
#include <sstream>

namespace prumo::policy {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string harmless(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return text;
}

std::size_t columns_of(const std::string& text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::string left(const std::string& text, std::size_t width) {
  const std::size_t have = columns_of(text);
  return text + std::string(have < width ? width - have : 0, ' ');
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t have = columns_of(text);
  return std::string(have < width ? width - have : 0, ' ') + text;
}

std::string wrapped(const std::string& start, const std::string& text, std::size_t indent) {
  std::string out;
  std::string line = harmless(start);
  bool fresh = true;
  std::istringstream words(harmless(text));
  for (std::string word; words >> word;) {
    if (!fresh && columns_of(line) + 1 + columns_of(word) > kColumns) {
      out += line + "\n";
      line = std::string(indent, ' ');
      fresh = true;
    }
    line += (fresh ? "" : " ") + word;
    fresh = false;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return out + line + "\n";
}

}  // namespace prumo::policy
