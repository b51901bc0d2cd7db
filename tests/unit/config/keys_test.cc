#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "config/annotate.h"
#include "config/duration.h"
#include "config/key.h"

namespace prumo::config {
namespace {

const std::string kAnnotatedPath = PRUMO_SOURCE_DIR "/config/prumo.toml";

std::string text_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

void expect_defaults(Config& config) {
  Config defaults;
  for (const Key& key : keys())
    if (key.name != "id" && key.name != "cluster") {
      EXPECT_EQ(value_text(key, config), value_text(key, defaults)) << key.name;
    }
}

TEST(Keys, HaveNamesOfTheirOwnAndSayWhatTheyCost) {
  std::set<std::string_view> names;
  for (const Key& key : keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_FALSE(key.doc.empty()) << key.name;
    EXPECT_EQ(find_key(key.name), &key);
  }
}

TEST(Keys, HaveDefaultsWithinTheirRange) {
  // Each default is written out by itself and must be taken back.
  for (const Key& key : keys()) {
    if (key.name == "id" || key.name == "cluster") continue;
    Config defaults;
    const std::string name(key.name);
    const std::size_t dot = name.rfind('.');
    std::string text = "id = \"h1\"\ncluster = \"" + std::string(32, '0') + "\"\n";
    if (dot != std::string::npos) text += "[" + name.substr(0, dot) + "]\n";
    text += name.substr(dot == std::string::npos ? 0 : dot + 1) + " = " + value_text(key, defaults);
    const auto config = parse(text, "/etc/prumo/prumo.toml");
    EXPECT_TRUE(config) << config.error().message;
  }
}

TEST(Keys, EachReachAFieldOfTheirOwn) {
  for (const Key& key : keys()) {
    Config config;
    if (const auto* k = std::get_if<DurationKey>(&key.kind)) k->at(config) += Duration(1);
    if (const auto* k = std::get_if<NumberKey>(&key.kind)) k->at(config) += 0.001;
    if (const auto* k = std::get_if<CountKey>(&key.kind)) k->set(config, k->get(config) + 1);
    if (const auto* k = std::get_if<FlagKey>(&key.kind)) k->at(config) = !k->at(config);
    if (const auto* k = std::get_if<TextKey>(&key.kind)) k->at(config) += "x";
    if (const auto* k = std::get_if<ListKey>(&key.kind)) k->at(config).push_back("x");
    if (const auto* k = std::get_if<ChoiceKey>(&key.kind))
      k->set(config, k->get(config) == 0 ? 1 : 0);
    Config defaults;
    for (const Key& other : keys()) {
      if (key.name == "election.profile") break;  // a preset changes others on purpose
      EXPECT_EQ(value_text(other, config) == value_text(other, defaults), &other != &key)
          << key.name << " changes " << other.name;
    }
  }
}

TEST(NearestKey, IsTheKnownNameInAnotherSectionFirst) {
  EXPECT_EQ(nearest_key("settle")->name, "relief.settle");
  EXPECT_EQ(nearest_key("gossip.perod")->name, "gossip.period");
  EXPECT_EQ(nearest_key("transport.secretkey")->name, "transport.secret_key");
  EXPECT_EQ(nearest_key("xxxxxxxxxxxxxxxxxxxxxx"), nullptr);
}

TEST(AnnotatedFile, IsWhatTheListOfKeysSays) {
  if (std::getenv("PRUMO_WRITE") != nullptr) std::ofstream(kAnnotatedPath) << annotated_example();
  EXPECT_EQ(text_of(kAnnotatedPath), annotated_example())
      << "run this test once with PRUMO_WRITE=1 in the environment";
}

TEST(AnnotatedFile, LoadsAndEqualsTheDefaults) {
  auto config = load(kAnnotatedPath);
  ASSERT_TRUE(config) << config.error().message;
  expect_defaults(*config);
}

TEST(AnnotatedFile, LoadsWithEveryCommentedKeyTakenIn) {
  const std::regex commented("(^|\n)#([a-z_]+ = )");
  const std::string text = std::regex_replace(text_of(kAnnotatedPath), commented, "$1$2");
  const auto lines_with = [](const std::string& t, const std::regex& what) {
    return std::distance(std::sregex_iterator(t.begin(), t.end(), what), std::sregex_iterator());
  };
  EXPECT_EQ(static_cast<std::size_t>(lines_with(text, std::regex("\n[a-z_]+ = "))), keys().size());
  auto config = parse(text, "/etc/prumo/prumo.toml");
  // Written out, an empty folder of simulated machines is a path all the same, and is not asked
  // for.
  ASSERT_TRUE(config) << config.error().message;
  expect_defaults(*config);
}

}  // namespace
}  // namespace prumo::config
