#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/config.h"
#include "config/folders.h"
#include "src/cli/remote.h"
#include "src/transport/transport.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class InFolder : public ::testing::Test {
 protected:
  [[nodiscard]] std::string text_of_file(const std::string& name) const {
    std::ostringstream out;
    out << std::ifstream(folder_ + "/" + name).rdbuf();
    return out.str();
  }
  [[nodiscard]] unsigned mode_of(const std::string& name) const {
    struct stat info {};
    EXPECT_EQ(::stat((folder_ + "/" + name).c_str(), &info), 0) << name;
    return info.st_mode & 0777U;
  }
  const ScratchFolder scratch_;
  const std::string& folder_ = scratch_.path();
};

TEST(Usage, ExitsWithTwoAndOneLineThatNamesWhatIsWrong) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"frob"},
                                             {"status", "--frob"},
                                             {"abort"},
                                             {"settle"},
                                             {"why"},
                                             {"hook"},
                                             {"plan"},
                                             {"keygen"},
                                             {"keygen", "host", "h1"},
                                             {"status", "--format", "xml"},
                                             {"explain", "h1", "--round", "7.1"},
                                             {"status", "--watch", "--interval", "5"},
                                             {"rejoin"},
                                             {"pause", "now"}}) {
    const Ran ran = run_prumo(arguments);
    EXPECT_EQ(ran.exit, kUsage) << ran.err;
    EXPECT_EQ(ran.err.substr(0, 7), "prumo: ");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(run_prumo({"frob"}).err,
            "prumo: \"frob\" is not known; prumo --help shows what there is\n");
}

TEST(Usage, PointsToTheHelpOfTheCommand) {
  EXPECT_EQ(run_prumo({"migrate", "web3"}).err,
            "prumo: --to is required; prumo migrate --help shows what there is\n");
  EXPECT_EQ(run_prumo({"keygen", "host"}).err,
            "prumo: NAME is required; prumo keygen host --help shows what there is\n");
  EXPECT_EQ(run_prumo({}).err, "prumo: a command is missing; prumo --help shows what there is\n");
}

TEST(Usage, AnErrorIsJsonTooWhereJsonIsWanted) {
  FakeDaemon daemon;
  daemon.answers.emplace("why", failure(kFailed, "no VM is called \"x\""));
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"why", "x", "--format", "json"},
                                             {"why", "--format=json"},
                                             {"--format", "json"},
                                             {"frob", "--format", "json"},
                                             {"plan", "--snapshot", "/no", "--format", "json"}}) {
    const Ran ran = run_prumo(arguments, daemon);
    EXPECT_NE(ran.exit, kDone);
    EXPECT_EQ("prumo: " + json::parse(ran.out).at("error").get<std::string>() + "\n", ran.err);
  }
}

TEST(Usage, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(run_prumo({"--version"}).out, "prumo 1.2.3\n");
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--help"}, {"status", "--help"}, {"keygen", "host", "--help"}, {"plan", "--help"}}) {
    const Ran ran = run_prumo(arguments);
    EXPECT_EQ(ran.exit, kDone);
    EXPECT_NE(ran.out.find("Usage: prumo"), std::string::npos) << ran.out;
  }
  for (const char* command :
       {"status", "hosts", "vms", "migrations", "explain", "why", "events", "plan", "pause",
        "resume", "abort", "settle", "rejoin", "init", "keygen"})
    EXPECT_NE(run_prumo({command, "--help"}).out.find("Example"), std::string::npos) << command;
}

TEST(Usage, HelpIsNoWiderThanATerminal) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"},
                                             {"explain", "--help"},
                                             {"migrate", "--help"},
                                             {"keygen", "host", "--help"}}) {
    std::istringstream help(run_prumo(arguments).out);
    bool examples = false;
    for (std::string line; std::getline(help, line);) {
      examples = examples || line.starts_with("Example");
      EXPECT_TRUE(examples || line.size() <= 80) << line;
    }
  }
}

TEST(Commands, AskTheDaemonByTheSameWord) {
  FakeDaemon daemon;
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"status"},
                                                                     {"hosts"},
                                                                     {"vms"},
                                                                     {"migrations"},
                                                                     {"explain"},
                                                                     {"explain", "h1"},
                                                                     {"explain", "--round", "7.31"},
                                                                     {"pause"},
                                                                     {"resume"},
                                                                     {"abort", "7.31.0"},
                                                                     {"rejoin", "--force"},
                                                                     {"settle", "u-3"}})
    EXPECT_EQ(run_prumo(arguments, daemon).exit, kDone);
  EXPECT_EQ(daemon.asked,
            (std::vector<std::string>{"status", "hosts", "vms", "migrations", "explain",
                                      "explain h1", "explain round:7.31", "pause", "resume",
                                      "abort 7.31.0", "rejoin", "settle u-3"}));
}

TEST(Commands, PrintTheJsonThatCame) {
  FakeDaemon daemon;
  const json answer{{"vms", json::array()}, {"unanswered", {"h2"}}, {"extra", 1.5}};
  daemon.answers.emplace("vms", answer);
  const Ran before = run_prumo({"--format", "json", "vms"}, daemon);
  const Ran after = run_prumo({"vms", "--format", "json"}, daemon);
  EXPECT_EQ(json::parse(before.out), answer);
  EXPECT_EQ(before.out, after.out);
}

TEST(Commands, PassOnWhatTheDaemonRefuses) {
  FakeDaemon daemon;
  daemon.answers.emplace("pause",
                         failure(kFailed, "pause needs an operator's key; this is a viewer's"));
  const Ran ran = run_prumo({"pause"}, daemon);
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(ran.err, "prumo: pause needs an operator's key; this is a viewer's\n");
}

TEST(Events, ArePrintedAsTheyComeUntilTheDaemonIsSilent) {
  FakeDaemon daemon;
  daemon.events = {{{"kind", "alive"}}, {{"kind", "decided"}, {"host", "h5"}, {"text", "x"}}};
  const Ran table = run_prumo({"events"}, daemon);
  EXPECT_EQ(std::count(table.out.begin(), table.out.end(), '\n'), 1);
  EXPECT_EQ(table.exit, kSilent);
  const Ran lines = run_prumo({"events", "--format", "json"}, daemon);
  EXPECT_EQ(json::parse(lines.out).at("kind"), "decided");
}

TEST(Watch, RedrawsOnATerminalOnly) {
  FakeDaemon daemon;
  EXPECT_NE(run_prumo({"status", "--watch"}, daemon, true, 2).out.find("\x1b[2J"),
            std::string::npos);
  EXPECT_EQ(run_prumo({"status", "--watch"}, daemon, false, 2).out.find('\x1b'), std::string::npos);
  EXPECT_EQ(daemon.asked.size(), 4U);
}

TEST_F(InFolder, InitMakesAClusterThatNeedsAnIdOnly) {
  const Ran ran = run_prumo({"init", folder_ + "/lab"});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  const std::string path = folder_ + "/lab/prumo.toml";
  EXPECT_EQ(config::load(path).error().message,
            path + ": id is missing; set id = \"NAME\", this host's name among the members");
  const auto config = config::parse("id = \"h1\"\n" + text_of_file("lab/prumo.toml"), path);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_NE(ran.out.find(config->cluster), std::string::npos);
  EXPECT_EQ(mode_of("lab/keys"), 0700U);
  EXPECT_EQ(mode_of("lab/members"), 0755U);
}

TEST_F(InFolder, InitNeverReplacesAClusterUnasked) {
  ASSERT_EQ(run_prumo({"init", folder_}).exit, kDone);
  const std::string before = text_of_file("prumo.toml");
  const Ran again = run_prumo({"init", folder_});
  EXPECT_EQ(again.exit, kFailed);
  EXPECT_NE(again.err.find("exists already; say --force"), std::string::npos);
  EXPECT_EQ(text_of_file("prumo.toml"), before);
  EXPECT_EQ(run_prumo({"init", folder_, "--force"}).exit, kDone);
  EXPECT_NE(text_of_file("prumo.toml"), before) << "a new cluster has a new id";
}

TEST_F(InFolder, KeygenHostWritesAMemberAndItsSecret) {
  const Ran ran = run_prumo({"keygen", "host", "h3", "--endpoint", "tcp://10.0.0.3:7400",
                             "--priority", "5", "--folder", folder_});
  ASSERT_EQ(ran.exit, kDone) << ran.err;
  const auto members = config::load_members(folder_ + "/members", config::Keys::kRequired);
  ASSERT_TRUE(members) << members.error().message;
  const Member* h3 = members->find(HostId("h3"));
  ASSERT_NE(h3, nullptr);
  EXPECT_EQ(h3->endpoint, "tcp://10.0.0.3:7400");
  EXPECT_EQ(h3->priority, 5);
  const auto secret = config::read_secret(folder_ + "/keys/h3.secret");
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(transport::public_of(*secret).value(), h3->public_key);
  EXPECT_EQ(mode_of("keys/h3.secret"), 0600U);
  EXPECT_EQ((ran.out + ran.err).find(*secret), std::string::npos) << "a secret was shown";
}

TEST_F(InFolder, KeygenWritesClientsWithTheirRole) {
  ASSERT_EQ(run_prumo({"keygen", "operator", "olga", "--folder", folder_}).exit, kDone);
  ASSERT_EQ(run_prumo({"keygen", "viewer", "victor", "--folder", folder_}).exit, kDone);
  const auto clients = config::load_clients(folder_ + "/clients");
  ASSERT_TRUE(clients) << clients.error().message;
  ASSERT_EQ(clients->size(), 2U);
  EXPECT_EQ(clients->at(0).role, config::ClientRole::kOperator);
  EXPECT_EQ(clients->at(1).role, config::ClientRole::kViewer);
}

TEST_F(InFolder, KeygenNeverReplacesAKeyUnasked) {
  const std::vector<std::string> make{"keygen", "viewer", "victor", "--folder", folder_};
  ASSERT_EQ(run_prumo(make).exit, kDone);
  const std::string secret = text_of_file("keys/victor.secret");
  EXPECT_EQ(run_prumo(make).exit, kFailed);
  // Half of a pair is in the way too, and the other half is not made.
  fs::remove(folder_ + "/keys/victor.secret");
  EXPECT_EQ(run_prumo(make).exit, kFailed);
  EXPECT_FALSE(fs::exists(folder_ + "/keys/victor.secret"));
  std::vector<std::string> forced = make;
  forced.push_back("--force");
  EXPECT_EQ(run_prumo(forced).exit, kDone);
  EXPECT_NE(text_of_file("keys/victor.secret"), secret);
  EXPECT_EQ(mode_of("keys/victor.secret"), 0600U);
}

TEST_F(InFolder, AMistypedFolderIsNotMade) {
  const std::string mistyped = folder_ + "-";
  const Ran ran = run_prumo({"keygen", "viewer", "victor", "--folder", mistyped});
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_NE(ran.err.find("no such folder; prumo init " + mistyped), std::string::npos) << ran.err;
  EXPECT_FALSE(fs::exists(mistyped));
}

TEST_F(InFolder, KeygenRefusesNamesThatAreNoFileNames) {
  for (const char* name : {"../h1", "h/1", ".h1", "h 1", ""}) {
    const Ran ran = run_prumo({"keygen", "viewer", name, "--folder", folder_});
    EXPECT_EQ(ran.exit, kUsage) << name;
  }
  for (const char* endpoint : {"10.0.0.3:7400", "tcp://*:7400", "tcp://h3", "ipc:///x"})
    EXPECT_EQ(run_prumo({"keygen", "host", "h3", "--endpoint", endpoint, "--folder", folder_}).exit,
              kUsage)
        << endpoint;
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(InFolder, PlanDecidesOnASnapshot) {
  const std::string path = folder_ + "/snapshot.json";
  std::ofstream(path) << R"({"hosts":[{"id":"h1","usage":{"cpu":95,"memory":20,"network":0}},
    {"id":"h2","usage":{"cpu":10,"memory":10,"network":0}}],
    "vms":[{"id":"v1","host":"h1","usage":{"cpu":20,"memory":5,"network":0},"image_mib":100}]})";
  const Ran table = run_prumo({"plan", "--snapshot", path});
  EXPECT_EQ(table.exit, kDone) << table.err;
  EXPECT_NE(table.out.find("h2"), std::string::npos) << table.out;
  const Ran as_json = run_prumo({"plan", "--snapshot", path, "--format", "json"});
  EXPECT_EQ(json::parse(as_json.out).at("migrations").at(0).at("to"), "h2");
  const Ran calm = run_prumo({"plan", "--snapshot", path, "--set", "overload=0.96"});
  EXPECT_EQ(calm.out, "No host is overloaded: none is above 0.960 of any resource.\n");
}

TEST_F(InFolder, PlanNamesWhatIsWrongWithItsInput) {
  const std::string path = folder_ + "/snapshot.json";
  EXPECT_EQ(run_prumo({"plan", "--snapshot", path}).exit, kUsage);
  std::ofstream(path) << "{";
  const Ran ran = run_prumo({"plan", "--snapshot", path});
  EXPECT_EQ(ran.exit, kUsage);
  EXPECT_NE(ran.err.find(path), std::string::npos);
  std::ofstream(path)
      << R"({"hosts":[{"id":"h1","usage":{"cpu":5,"memory":2,"network":0}}],"vms":[]})";
  EXPECT_EQ(
      run_prumo({"plan", "--snapshot", path, "--set", "mu=0.5", "--set", "target=2"}).err,
      "prumo: --set target=2: policy.target = 2 is out of range; set it from 0.01 to 0.999\n");
  EXPECT_EQ(run_prumo({"plan", "--snapshot", path, "--set", "overload=0.8"})
                .err.find("prumo: --set overload=0.8: policy.target = 0.85 must be below "
                          "policy.overload = 0.8;"),
            0U);
}

TEST_F(InFolder, PlanSaysWhichSettingsASnapshotDoesNotKnow) {
  const std::string path = folder_ + "/snapshot.json";
  std::ofstream(path)
      << R"({"hosts":[{"id":"h1","usage":{"cpu":5,"memory":2,"network":0}}],"vms":[]})";
  for (const char* nothing :
       {"mu=0.4", "hold=3", "vm_mu=0.5", "policy.hold=2", "relief.reserve=0.1",
        "relief.most_at_once=1", "relief.most_per_hour=1", "relief.sanity_gate=true"}) {
    const Ran ran = run_prumo({"plan", "--snapshot", path, "--set", nothing});
    EXPECT_EQ(ran.exit, kDone);
    EXPECT_EQ(ran.err.find("prumo: --set " + std::string(nothing) + " has no effect on a snapshot"),
              0U)
        << ran.err;
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
  for (const char* counts : {"overload=0.95", "target=0.7", "min_gain=0.1", "allow_partial=true",
                             "objective=least-cost", "work_limit=5000"}) {
    const Ran ran = run_prumo({"plan", "--snapshot", path, "--set", counts});
    EXPECT_EQ(ran.exit, kDone);
    EXPECT_EQ(ran.err, "");
  }
}

TEST_F(InFolder, ConnectSaysAtOnceThatNothingListens) {
  Options options;
  options.peer = "ipc://" + folder_ + "/control.sock";
  const auto asker = connect(options);
  ASSERT_FALSE(asker);
  EXPECT_EQ(asker.error().exit, kSilent);
  EXPECT_EQ(asker.error().message,
            "nothing listens on " + options.peer +
                "; start prumod, or name a peer with --peer tcp://HOST:7401");
}

TEST_F(InFolder, ConnectNamesWhatItNeedsOverTcp) {
  ASSERT_EQ(run_prumo({"init", folder_}).exit, kDone);
  Options options;
  options.config = folder_ + "/prumo.toml";
  options.peer = "tcp://127.0.0.1:7401";
  const auto error = [&options] {
    const auto asker = connect(options);
    return asker ? Failure{kDone, "no error"} : asker.error();
  };
  EXPECT_EQ(error().exit, kUsage);
  EXPECT_NE(error().message.find("give it with --key FILE"), std::string::npos);
  ASSERT_EQ(run_prumo({"keygen", "operator", "olga", "--folder", folder_}).exit, kDone);
  options.key = folder_ + "/keys/olga.secret";
  EXPECT_NE(error().message.find("give it with --server-key"), std::string::npos);
  ASSERT_EQ(
      run_prumo({"keygen", "host", "h1", "--endpoint", "tcp://127.0.0.1:7400", "--folder", folder_})
          .exit,
      kDone);
  EXPECT_EQ(error().message, "no error") << "the member file has the key";
  for (const char* peer : {"h1", "tcp://*:7401", "tcp://h1"}) {
    options.peer = peer;
    EXPECT_EQ(error().exit, kUsage) << peer;
  }
}

TEST(Connect, NamesAConfigurationThatIsMissing) {
  Options options;
  options.config = "/nowhere/prumo.toml";
  options.peer = "tcp://127.0.0.1:7401";
  EXPECT_EQ(
      connect(options).error().message,
      "/nowhere/prumo.toml: No such file or directory; name the right file, and let the user of "
      "this program read it; or name the cluster with --cluster");
  options.cluster = "12";
  EXPECT_EQ(connect(options).error().exit, kUsage);
  options.timeout = "3";
  EXPECT_NE(connect(options).error().message.find("--timeout"), std::string::npos);
}

}  // namespace
}  // namespace prumo::cli
