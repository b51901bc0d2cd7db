#include <gtest/gtest.h>

#include <string>

#include "config/config.h"
#include "election/parameters.h"

namespace prumo::config {
namespace {

const std::string kMust = "id = \"h1\"\ncluster = \"0123456789abcdef0123456789ABCDEF\"\n";

Config good(const std::string& text) {
  auto config = parse(kMust + text, "/etc/prumo/prumo.toml");
  EXPECT_TRUE(config) << config.error().message;
  return config ? *config : Config{};
}

/// The error of a configuration whose own text begins in line 3.
std::string wrong(const std::string& text) {
  const auto config = parse(kMust + text, "p.toml");
  if (config) return "no error";
  EXPECT_EQ(config.error().message.find('\n'), std::string::npos) << config.error().message;
  return config.error().message;
}

TEST(Config, NeedsIdAndClusterOnly) {
  const Config config = good("");
  EXPECT_EQ(config.id.value, "h1");
  EXPECT_EQ(config.cluster, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(config.path, "/etc/prumo/prumo.toml");
  EXPECT_EQ(config.parameters.election.promise, 1s);
  EXPECT_EQ(config.mode, gossip::Mode::kAuto);
}

TEST(Config, TakesEachKindOfValue) {
  const Config config = good(R"(
mode = "advise"
[transport]
listen = "tcp://127.0.0.1:7400"
control = ["ipc:///tmp/c.sock", "tcp://127.0.0.1:7401"]
insecure = true
[hypervisor]
kind = "simulated"
[hypervisor.simulated]
folder = "/tmp/machines"
[migration]
bandwidth_mib_s = 12.5
vms = ["db* method=auto deadline=60s"]
[host]
cpu_cores = 8
[policy]
target = 0.8
work_limit = 5000
[relief]
cooldown = "10min"
ignore = ["db*", "router"]
[log]
level = "debug"
)");
  EXPECT_EQ(config.mode, gossip::Mode::kAdvise);
  EXPECT_EQ(config.transport.control.at(1), "tcp://127.0.0.1:7401");
  EXPECT_TRUE(config.transport.insecure);
  EXPECT_EQ(config.hypervisor.kind, HypervisorKind::kSimulated);
  EXPECT_EQ(config.migration.bandwidth_mib_s, 12.5);
  EXPECT_EQ(config.migration_vms.size(), 1U);
  EXPECT_EQ(config.hypervisor.simulated.folder, "/tmp/machines");
  EXPECT_EQ(config.host.cpu_cores, 8);
  EXPECT_EQ(config.parameters.policy.target, 0.8);
  EXPECT_EQ(config.parameters.policy.work_limit, 5000U);
  EXPECT_EQ(config.parameters.relief.cooldown, 10min);
  EXPECT_EQ(config.parameters.relief.ignore, (std::vector<std::string>{"db*", "router"}));
  EXPECT_EQ(config.log.level, "debug");
}

TEST(Config, TakesRelativePathsFromItsOwnFolder) {
  EXPECT_EQ(good("members = \"members\"").members_folder, "/etc/prumo/members");
  EXPECT_EQ(good("members = \"../x/members\"").members_folder, "/etc/x/members");
  EXPECT_EQ(good("state = \"/srv/state\"").state_folder, "/srv/state");
  EXPECT_EQ(good("").log.file, "");
}

TEST(Config, LetsWrittenValuesOverrideTheProfileWhereverTheyStand) {
  const Config config = good("[election]\nheartbeat = \"50ms\"\nprofile = \"fast\"\n");
  EXPECT_EQ(config.profile, Profile::kFast);
  EXPECT_EQ(config.parameters.election.heartbeat, 50ms);
  EXPECT_EQ(config.parameters.election.lease, 540ms);
  EXPECT_EQ(config.parameters.election.promise, 600ms);
}

TEST(ConfigError, NamesFileLineKeyValueAndCureOfARelation) {
  EXPECT_EQ(wrong("\n[election]\nlease = \"2s\"\n"),
            "p.toml:5: election.lease = \"2s\" must be below election.promise = \"1s\"; raise "
            "promise to 2.2s or more, or lower lease");
}

TEST(ConfigError, NamesTheLineOfTheOtherKeyWhenOnlyThatIsWritten) {
  EXPECT_EQ(
      wrong("[election]\npromise = \"950ms\"\n"),
      "p.toml:4: election.lease = \"900ms\" must be below election.promise = \"950ms\"; raise "
      "promise to 990ms or more, or lower lease");
}

TEST(ConfigError, SuggestsTheNearestKey) {
  EXPECT_EQ(wrong("[election]\nleese = \"1s\"\n"),
            "p.toml:4: election.leese is no key of prumo; did you mean election.lease?");
  EXPECT_EQ(wrong("[policy]\ncooldown = \"1min\"\n"),
            "p.toml:4: policy.cooldown is no key of prumo; did you mean relief.cooldown?");
  EXPECT_EQ(wrong("zzzzzzzzzzzzzzzzzzz = 1\n"),
            "p.toml:3: zzzzzzzzzzzzzzzzzzz is no key of prumo; remove it");
  EXPECT_EQ(wrong("\"zzzzzzzzz\\nzzzzzzzzz\" = 1\n"),
            "p.toml:3: zzzzzzzzz zzzzzzzzz is no key of prumo; remove it");
}

TEST(ConfigError, SaysWhatKindOfValueIsWanted) {
  EXPECT_EQ(wrong("[relief]\ncooldown = 5\n"),
            "p.toml:4: relief.cooldown = 5 is no duration; write a number and a unit, as "
            "\"200ms\", \"5s\", \"2min\"");
  EXPECT_EQ(wrong("[relief]\ncooldown = \"5\"\n").substr(0, 48),
            "p.toml:4: relief.cooldown = \"5\" is no duration; ");
  EXPECT_EQ(
      wrong("[policy]\nmu = \"0.5\"\n"),
      "p.toml:4: policy.mu = \"0.5\" is no number; write it without quotes, from 0.01 to 0.99");
  EXPECT_EQ(
      wrong("[gossip]\nfanout = 2.5\n"),
      "p.toml:4: gossip.fanout = 2.5 is no whole number; write it without quotes, from 1 to 8");
  EXPECT_EQ(wrong("[transport]\ninsecure = \"yes\"\n"),
            "p.toml:4: transport.insecure = \"yes\" is neither true nor false; write one of them, "
            "without quotes");
  EXPECT_EQ(wrong("[relief]\nignore = \"db\"\n"),
            "p.toml:4: relief.ignore = \"db\" is no list of texts; write it as [\"one\", \"two\"]");
  EXPECT_EQ(wrong("[policy]\nmu = [\"a\", [1.5, inf], []]\n"),
            "p.toml:4: policy.mu = [\"a\", [1.5, inf], []] is no number; write it without quotes, "
            "from 0.01 to 0.99");
  EXPECT_EQ(wrong("mode = \"manual\"\n"),
            "p.toml:3: mode = \"manual\" is unknown; write one of \"auto\", \"advise\"");
  EXPECT_EQ(wrong("members = 3\n"), "p.toml:3: members = 3 is no text; put it in double quotes");
  EXPECT_EQ(wrong("members = 1979-05-27\n"),
            "p.toml:3: members = 1979-05-27 is no text; put it in double quotes");
}

TEST(ConfigError, SaysTheLegalRange) {
  EXPECT_EQ(wrong("[gossip]\nfanout = 9\n"),
            "p.toml:4: gossip.fanout = 9 is out of range; set it from 1 to 8");
  EXPECT_EQ(wrong("[gossip]\nfanout = -1\n"),
            "p.toml:4: gossip.fanout = -1 is out of range; set it from 1 to 8");
  EXPECT_EQ(
      wrong("[relief]\nsample_interval = \"61s\"\n"),
      "p.toml:4: relief.sample_interval = \"61s\" is out of range; set it from 100ms to 1min");
  EXPECT_EQ(wrong("[policy]\noverload = nan\n").substr(0, 53),
            "p.toml:4: policy.overload = nan is out of range; set ");
}

TEST(ConfigError, FindsEveryRelation) {
  const auto breaks = [](const std::string& text, const std::string& first,
                         const std::string& second) {
    const std::string error = wrong(text);
    EXPECT_NE(error.find(first + " = "), std::string::npos) << error;
    EXPECT_NE(error.find(second + " = "), std::string::npos) << error;
    EXPECT_NE(error.find("; "), std::string::npos) << "names no cure: " << error;
  };
  breaks("[election]\nheartbeat = \"450ms\"", "election.heartbeat", "election.lease");
  breaks("[election]\nstagger = \"1100ms\"", "election.stagger", "election.promise");
  breaks("[election]\nok_wait = \"1100ms\"", "election.ok_wait", "election.promise");
  breaks("[election]\nclaim_retry = \"800ms\"", "election.claim_retry", "election.claim_timeout");
  breaks("[election]\nclaim_timeout = \"900ms\"", "election.claim_timeout", "election.lease");
  breaks("[election]\ntakeover_delay = \"900ms\"", "election.promise", "election.takeover_delay");
  breaks("[election]\ntakeover_most = \"20s\"", "election.takeover_delay",
         "election.takeover_most");
  breaks("[election]\nhears_window = \"1s\"", "election.promise", "election.hears_window");
  breaks("[gossip]\nperiod = \"1100ms\"", "gossip.period", "election.hears_window");
  breaks("[gossip]\nprobe_timeout = \"1s\"", "gossip.probe_timeout", "gossip.probe_period");
  breaks("[gossip]\nrumour_batch = \"1s\"", "gossip.rumour_batch", "gossip.period");
  breaks("[policy]\ntarget = 0.9", "policy.target", "policy.overload");
  breaks("[policy]\nalpha = 0.5", "policy.alpha", "policy.beta");
  breaks("[relief]\ninfo_deadline = \"2s\"", "relief.info_deadline", "relief.order_freshness");
  breaks("[relief]\nslot_ask = \"2s\"", "relief.late_reserved", "relief.slot_ask");
  breaks("[relief]\nslot_bound = \"60s\"", "relief.late_reserved", "relief.slot_bound");
  breaks("[relief]\npromised = \"5s\"", "relief.order_freshness", "relief.promised");
  breaks("[relief]\nsettle = \"3min\"", "relief.settle", "relief.cooldown");
  breaks("[relief]\navoid_most = \"1min\"", "relief.avoid", "relief.avoid_most");
  breaks("[relief]\nbackoff_most = \"1s\"", "relief.backoff", "relief.backoff_most");
  breaks("[relief]\nlost_after = \"14s\"", "relief.sample_interval", "relief.lost_after");
}

TEST(ConfigError, NamesTheSectionOfWhatOnlyTheMachinesRefuse) {
  // The derived settle time, 15 s, is longer than the cooldown: no single key says so.
  EXPECT_EQ(wrong("[relief]\ncooldown = \"5s\"\n"),
            "p.toml: [relief] cooldown must be at least settle; correct it");
}

TEST(ConfigError, AllowsPlainTextOnLoopbackOnlyUnlessForced) {
  const std::string local = "[transport]\nlisten = \"tcp://127.0.0.1:7400\"\n";
  EXPECT_TRUE(good(local + "insecure = true\n").transport.insecure);
  EXPECT_EQ(
      wrong("[transport]\ninsecure = true\n"),
      "p.toml:4: transport.insecure = true with tcp://0.0.0.0:7400, which other machines can "
      "reach; listen on 127.0.0.1, or use keys (`prumo keygen`), or set force_insecure = true");
  EXPECT_NE(wrong(local + "insecure = true\ncontrol = [\"tcp://10.0.0.1:7401\"]\n")
                .find("tcp://10.0.0.1:7401"),
            std::string::npos);
  EXPECT_TRUE(good("[transport]\ninsecure = true\nforce_insecure = true\n").transport.insecure);
}

TEST(ConfigError, RefusesWhatIsNoEndpoint) {
  for (const char* text : {"h1:7400", "tcp://h1", "tcp://h1:0", "tcp://h1:65536", "tcp://:7400",
                           "tcp://h 1:7400", "udp://h1:7400", "ipc:///x", "tcp://h1:7400x", ""}) {
    EXPECT_NE(wrong(std::string("[transport]\nlisten = \"") + text + "\"\n")
                  .find("is no endpoint; write it as \"tcp://ADDRESS:PORT\""),
              std::string::npos)
        << text;
  }
  EXPECT_NE(wrong("[transport]\ncontrol = [\"ipc:///" + std::string(120, 'x') + "\"]\n")
                .find("is no endpoint"),
            std::string::npos);
}

TEST(ConfigError, NamesTheLineOfWhatIsNoToml) {
  EXPECT_EQ(wrong("mode = auto\n").substr(0, 10), "p.toml:3: ");
  EXPECT_EQ(wrong("mode = \"auto\"\nmode = \"auto\"\n").substr(0, 10), "p.toml:4: ");
  EXPECT_EQ(wrong("[log\n").substr(0, 10), "p.toml:3: ");
  EXPECT_EQ(wrong(std::string("\x00\xFF\xFE", 3)).substr(0, 7), "p.toml:");
  EXPECT_EQ(wrong("\xed\xa0\x80").substr(0, 7), "p.toml:");
}

TEST(ConfigError, KeepsFromTheParserWhatItCannotBear) {
  EXPECT_EQ(wrong("[log]\n\n\xc3\xa9 = 1").substr(0, 9), "p.toml:5:");
  for (const char* text :
       {"\xc8\xb2", "'a'\xc3\xa9 = 1", "mode\x80", "a = 'x' \xe3\x81\x82", "a = 43\"\xc7\x9e\"",
        "a = -G*[\"\"\"\xef\xbb\xb7V", "a = \"\"\"\\ \xc5\xa3\"\"\""})
    EXPECT_EQ(wrong(text).substr(0, 9), "p.toml:3:") << text;
  for (const char* text : {"[\x17", "[&", "[", "x = \"\x01\"", "# \x7f", "[a.\"", "= 1"})
    EXPECT_EQ(wrong(text).substr(0, 9), "p.toml:3:") << text;
}

TEST(Config, TakesLettersOfAnyLanguageInTextsAndComments) {
  const Config config = good(R"([relief] # não "mais
ignore = ["Grüße", 'a#é', "\"é\\", """é
"é""é""", '''é'é'''])");
  EXPECT_EQ(config.parameters.relief.ignore,
            (std::vector<std::string>{"Grüße", "a#é", "\"é\\", "é\n\"é\"\"é", "é'é"}));
  const auto marked = parse("\xEF\xBB\xBF" + kMust, "p.toml");
  EXPECT_TRUE(marked) << marked.error().message;
}

TEST(ConfigError, NamesWhatIsMissing) {
  EXPECT_EQ(parse("", "p.toml").error().message,
            "p.toml: id is missing; set id = \"NAME\", this host's name among the members");
  EXPECT_EQ(parse("id = \"h1\"", "p.toml").error().message,
            "p.toml: cluster is missing; copy it from another host's prumo.toml, or draw one with "
            "`prumo init`");
  EXPECT_EQ(wrong("[hypervisor]\nkind = \"simulated\"\n"),
            "p.toml: hypervisor.simulated.folder is missing; name the folder of the simulated "
            "machines");
}

TEST(ConfigError, RefusesStrangeIdsAndClusters) {
  for (const char* id : {"", "-h1", "h/1", "h 1", "../h1", "h\\u0000"})
    EXPECT_NE(
        parse(std::string("id = \"") + id + "\"", "p.toml").error().message.find("is no name"),
        std::string::npos)
        << id;
  EXPECT_NE(parse("cluster = \"12\"", "p.toml").error().message.find("is no cluster id"),
            std::string::npos);
}

TEST(ConfigError, NamesAFileThatCannotBeRead) {
  EXPECT_EQ(
      load("/nowhere/prumo.toml").error().message,
      "/nowhere/prumo.toml: No such file or directory; name the right file, and let the user of "
      "this program read it");
  EXPECT_FALSE(load("/"));
}

}  // namespace
}  // namespace prumo::config
