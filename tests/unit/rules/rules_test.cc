// The shape of the project as a test: who may include whom, which library has one home, and what
// the pure folders must not name.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

const std::map<std::string, Folders> kMayInclude{
    {"src/core", {}},
    {"gossip", {"src/core"}},
    {"election", {"src/core"}},
    {"policy", {"src/core"}},
    {"src/peer", {"src/core", "gossip", "election", "policy"}},
    {"src/replay", {"src/core", "policy", "src/peer"}},
    {"src/replay/policies", {"src/core", "policy", "src/replay"}},
    {"src/trace", {"src/core", "src/replay"}},
    {"src/impact", {"src/core"}},
    {"src/probe", {"src/core", "src/impact"}},
    {"config", {"src/core", "gossip", "election", "policy", "src/peer"}},
    {"src/wire", {"src/core", "gossip", "election", "policy", "src/peer"}},
    {"src/transport", {"src/core"}},
    {"src/host", {"src/core"}},
    {"src/hypervisor", {"src/core", "policy", "src/peer", "src/host"}},
    {"src/store", {"src/core", "gossip", "election", "policy", "src/peer"}},
    {"src/daemon",
     {"src/core", "gossip", "election", "policy", "src/peer", "config", "src/wire", "src/transport",
      "src/host", "src/hypervisor", "src/store"}},
    {"src/cli",
     {"src/core", "gossip", "election", "policy", "src/peer", "config", "src/wire", "src/transport",
      "src/replay", "src/replay/policies", "src/trace", "src/impact", "src/probe"}},
};

/// Libraries of which one folder alone knows.
const std::map<std::string, std::string> kHome{
    {"zmq", "src/transport"}, {"msgpack", "src/wire"}, {"libvirt", "src/hypervisor"},
    {"sqlite3", "src/store"}, {"toml++", "config"},    {"spdlog", "src/daemon"},
    {"curl", "src/probe"},
};

const Folders kPure{
    "src/core",  "gossip", "election", "policy", "src/peer", "src/replay", "src/replay/policies",
    "src/impact"};

std::vector<fs::path> sources_of(const std::string& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(fs::path(PRUMO_SOURCE_DIR) / folder))
    if (entry.path().extension() == ".h" || entry.path().extension() == ".cc")
      out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::vector<std::string> includes_of(const std::string& text, const char* pattern) {
  std::vector<std::string> out;
  const std::regex re(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), re), end; it != end; ++it)
    out.push_back((*it)[1]);
  return out;
}

TEST(IncludeRule, EveryFolderIncludesOnlyWhatItsTableAllows) {
  for (const auto& [folder, allowed] : kMayInclude) {
    for (const fs::path& path : sources_of(folder)) {
      for (const std::string& name : includes_of(text_of(path), "#include \"([^\"]+)\"")) {
        const std::string target = fs::path(name).parent_path().string();
        EXPECT_TRUE(target == folder || allowed.contains(target)) << path << " includes " << name;
      }
    }
  }
}

TEST(IncludeRule, EveryFolderOfTheLayoutIsInTheTable) {
  for (const auto& entry : fs::directory_iterator(fs::path(PRUMO_SOURCE_DIR) / "src"))
    EXPECT_TRUE(kMayInclude.contains("src/" + entry.path().filename().string())) << entry.path();
}

TEST(IncludeRule, EachLibraryHasOneHome) {
  for (const auto& [folder, allowed] : kMayInclude) {
    for (const fs::path& path : sources_of(folder)) {
      for (const std::string& name : includes_of(text_of(path), "#include <([^>]+)>")) {
        for (const auto& [library, home] : kHome) {
          if (name.starts_with(library)) {
            EXPECT_EQ(folder, home) << path << " includes " << name;
          }
        }
      }
    }
  }
}

TEST(PureFolders, NameNoClockThreadSocketRandomDeviceLoggerOrUnorderedContainer) {
  const std::regex banned(
      "_clock|<thread>|<mutex>|<atomic>|<future>|<condition_variable>|random_device|mt19937|"
      "<iostream>|<fstream>|\\bprintf\\s*\\(|fprintf|std::cout|std::cerr|spdlog|unordered_|shared_"
      "ptr|"
      "sys/socket|<unistd|getenv|\\bthrow\\b|\\btry\\b|\\btime\\s*\\(");
  const std::regex comment("//[^\n]*");
  for (const std::string& folder : kPure) {
    for (const fs::path& path : sources_of(folder)) {
      const std::string code = std::regex_replace(text_of(path), comment, "");
      std::smatch found;
      std::string rest = code;
      EXPECT_FALSE(std::regex_search(rest, found, banned)) << path << " names " << found.str();
    }
  }
}

TEST(Sources, AreShort) {
  for (const auto& [folder, allowed] : kMayInclude) {
    for (const fs::path& path : sources_of(folder)) {
      const std::string text = text_of(path);
      EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 450) << path << ": split it";
      EXPECT_EQ(text.find("TODO"), std::string::npos) << path;
    }
  }
}

}  // namespace
