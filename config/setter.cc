#include "config/setter.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "config/duration.h"
#include "config/endpoint.h"
#include "config/ids.h"

namespace prumo::config {
namespace {

namespace fs = std::filesystem;

class Setter {
 public:
  Setter(Config& config, const Key& key, const Value& value)
      : config_(config), key_(key), value_(value) {}

  std::string operator()(const DurationKey& k) const {
    const auto* text = std::get_if<std::string>(&value_);
    const auto duration = text != nullptr ? parse_duration(*text) : std::nullopt;
    if (!duration)
      return "is no duration; write a number and a unit, as \"200ms\", \"5s\", \"2min\"";
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

}  // namespace

std::string set_key(Config& config, const Key& key, const Value& value) {
  return std::visit(Setter(config, key, value), key.kind);
}

}  // namespace prumo::config
