// `prumo hook`: what libvirt is told, with a daemon that answers, one that does not, and none.

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/scratch_folder.h"
#include "tests/unit/cli/fake_daemon.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

const std::string kDefinition =
    "<domain type='kvm'><name>web3</name><uuid>9e57-3</uuid><metadata><uuid>other</uuid></metadata>"
    "</domain>";

struct Hook : testing::Test {
  ScratchFolder folder;
  FakeDaemon daemon;
  std::string config = folder.path() + "/prumo.toml";
  std::string key;

  Ran ask(const std::string& definition = kDefinition) {
    std::ofstream(config) << "id = \"h1\"\ncluster = \"" << std::string(32, 'a')
                          << "\"\n[hypervisor]\nkind = \"simulated\"\n[hypervisor.simulated]\n"
                             "folder = \"/tmp\"\n[hook]\n"
                          << key << "\n";
    return run_prumo({"hook", "web3", "--config", config}, daemon, false, 0, definition);
  }
};

TEST_F(Hook, PassesOnTheDaemonsWordAndNeverWritesToStandardOutput) {
  daemon.answers.emplace("incoming", json{{"admitted", true}, {"why", ""}});
  Ran ran = ask();
  EXPECT_EQ(ran.exit, kDone) << ran.err;
  EXPECT_EQ(ran.out + ran.err, "");
  EXPECT_EQ(daemon.asked, std::vector<std::string>{"incoming 9e57-3 web3"});
  daemon.answers.at("incoming") = json{{"admitted", false}, {"why", "operation 7.31.0 ended"}};
  ran = ask();
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "prumo: web3 may not come in: operation 7.31.0 ended\n");
}

TEST_F(Hook, WithoutTheDaemonItDoesAsConfigured) {
  daemon.answers.emplace("incoming", failure(kSilent, "no answer"));
  Ran ran = ask();
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_EQ(ran.err, "prumo: no answer; web3 is let in (hook.daemon_down = \"pass\")\n");
  key = "daemon_down = \"veto\"";
  ran = ask();
  EXPECT_EQ(ran.exit, kFailed);
  EXPECT_EQ(ran.err, "prumo: web3 may not come in: no answer (hook.daemon_down = \"veto\")\n");
}

TEST_F(Hook, ADefinitionWithoutAnIdIsTreatedAsNoAnswer) {
  for (const char* odd : {"", "<domain/>", "</uuid><uuid>", "<uuid>"}) {
    key = "daemon_down = \"veto\"";
    EXPECT_EQ(ask(odd).exit, kFailed) << odd;
  }
  EXPECT_TRUE(daemon.asked.empty());
}

TEST_F(Hook, WithoutAConfigurationNobodyHasAskedForAFence) {
  const Ran ran = run_prumo({"hook", "web3", "--config", folder.path() + "/none.toml"}, daemon,
                            false, 0, kDefinition);
  EXPECT_EQ(ran.exit, kDone);
  EXPECT_NE(ran.err.find("let in unasked"), std::string::npos);
  EXPECT_EQ(ran.out, "");
}

}  // namespace
}  // namespace prumo::cli
