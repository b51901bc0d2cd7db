#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "src/transport/ipc.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/transport/cluster.h"
#include "tests/unit/transport/raw.h"

namespace prumo::transport {
namespace {

std::unique_ptr<ControlClient> connected(const ClientOptions& options) {
  auto client = connect(options);
  EXPECT_TRUE(client.has_value()) << client.error().message;
  return client ? *std::move(client) : nullptr;
}

/// Turns the cluster until the client has received something, and says what: a frame or an error.
std::string answer(Cluster& cluster, ControlClient& client) {
  std::string got;
  EXPECT_TRUE(cluster.until([&] {
    const auto frame = client.receive(std::chrono::milliseconds(1));
    if (frame) got = *frame;
    if (!frame && frame.error().message != "timed out") got = "error: " + frame.error().message;
    return !got.empty();
  }));
  return got;
}

/// A question from this client reaches h1; its role and the way back are checked.
void expect_conversation(Cluster& cluster, ControlClient& client, Role role) {
  auto& sink = cluster[1].sink;
  sink.requests.clear();
  ASSERT_TRUE(client.send("question").has_value());
  ASSERT_TRUE(cluster.until([&] { return !sink.requests.empty(); }));
  EXPECT_EQ(sink.requests[0].frame, "question");
  EXPECT_EQ(sink.requests[0].role, role);
  const Client who = sink.requests[0].client;
  EXPECT_TRUE(cluster[1].transport->reply(who, "event 1"));
  EXPECT_TRUE(cluster[1].transport->reply(who, "event 2"));
  EXPECT_EQ(answer(cluster, client), "event 1");
  EXPECT_EQ(answer(cluster, client), "event 2");
}

struct Ipc {
  const ScratchFolder folder;
  std::string path = folder / "control.sock";
  std::string endpoint = "ipc://" + path;
  Cluster cluster{1};

  Result<std::unique_ptr<Transport>> open_with(const std::string& where,
                                               Role role = Role::kOperator) {
    cluster[1].transport.reset();
    Options options = cluster.options_of(cluster[1]);
    options.control.push_back(where);
    options.ipc_role = role;
    return open(options);
  }
  void start(Role role = Role::kOperator) {
    auto opened = open_with(endpoint, role);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    cluster[1].transport = *std::move(opened);
  }
};

TEST(ControlIpc, AnswersAQuestionWithTheRoleOfTheFile) {
  Ipc ipc;
  ipc.start(Role::kOperator);
  const auto client = connected({ipc.endpoint, {}, ""});
  expect_conversation(ipc.cluster, *client, Role::kOperator);
  ipc.start(Role::kViewer);
  const auto other = connected({ipc.endpoint, {}, ""});
  expect_conversation(ipc.cluster, *other, Role::kViewer);
}

TEST(ControlIpc, IsForTheOwnerAndTheGroupOnly) {
  Ipc ipc;
  ipc.start();
  struct stat info {};
  ASSERT_EQ(::stat(ipc.path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0660U);
}

TEST(ControlIpc, ReplacesAFileThatNobodyListensOn) {
  Ipc ipc;
  ipc.start();
  // A hard link survives the close, as the file of a killed daemon does.
  std::filesystem::create_hard_link(ipc.path, ipc.folder / "stale.sock");
  ipc.cluster[1].transport.reset();
  ASSERT_TRUE(ipc.open_with("ipc://" + ipc.folder / "stale.sock").has_value());
}

TEST(ControlIpc, NeverTakesAFileThatSomebodyListensOn) {
  Ipc ipc;
  ipc.start();
  Cluster other(1);
  other[1].transport.reset();
  Options options = other.options_of(other[1]);
  options.control = {ipc.endpoint};
  const auto opened = open(options);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().message,
            ipc.endpoint + " is in use by another process; stop it or change transport.control");
  const auto client = connected({ipc.endpoint, {}, ""});
  expect_conversation(ipc.cluster, *client, Role::kOperator);
}

TEST(ControlIpc, LeavesAFileAloneThatIsNoSocket) {
  Ipc ipc;
  std::ofstream(ipc.path) << "precious";
  EXPECT_FALSE(ipc.open_with(ipc.endpoint).has_value());
  EXPECT_TRUE(std::filesystem::is_regular_file(ipc.path));
}

TEST(ControlIpc, SaysWhichFolderIsMissing) {
  Ipc ipc;
  const auto opened = ipc.open_with("ipc://" + ipc.folder / "none/control.sock");
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message.find(ipc.folder / "none"), std::string::npos);
  EXPECT_FALSE(ipc.open_with("ipc://" + ipc.folder / std::string(200, 'x')).has_value());
}

TEST(ControlIpc, TellsAClientWhenNothingListens) {
  Ipc ipc;
  for (const char* name : {"missing.sock", "stale.sock"}) {
    const std::string endpoint = "ipc://" + ipc.folder / name;
    if (name == std::string("stale.sock")) {
      ipc.start();
      std::filesystem::create_hard_link(ipc.path, ipc.folder / name);
      ipc.cluster[1].transport.reset();
    }
    const auto client = connect({endpoint, {}, ""});
    ASSERT_FALSE(client.has_value());
    EXPECT_TRUE(client.error().message.starts_with("nothing listens on " + endpoint));
  }
}

TEST(ControlIpc, TellsAClientThatTheDaemonWentAway) {
  Ipc ipc;
  ipc.start();
  const auto client = connected({ipc.endpoint, {}, ""});
  expect_conversation(ipc.cluster, *client, Role::kOperator);
  ipc.cluster[1].transport.reset();
  EXPECT_EQ(answer(ipc.cluster, *client), "error: " + ipc.endpoint + " closed the connection");
}

class ControlTcp : public testing::Test {
 protected:
  Cluster cluster{2};
  KeyPair viewer = new_key_pair();
  KeyPair boss = new_key_pair();

  void SetUp() override {
    cluster[1].transport->set_clients(
        {{viewer.public_key, Role::kViewer}, {boss.public_key, Role::kOperator}});
  }
  ClientOptions options(const KeyPair& keys) {
    return {cluster[1].control, keys, cluster[1].keys.public_key};
  }
};

TEST_F(ControlTcp, GivesEachKeyItsRole) {
  const auto asks = connected(options(viewer));
  expect_conversation(cluster, *asks, Role::kViewer);
  const auto acts = connected(options(boss));
  expect_conversation(cluster, *acts, Role::kOperator);
  const auto host = connected(options(cluster[2].keys));
  expect_conversation(cluster, *host, Role::kHost);
}

TEST_F(ControlTcp, RefusesAStrangerAndTellsThem) {
  const auto stranger = connected(options(new_key_pair()));
  ASSERT_TRUE(stranger->send("question").has_value());
  EXPECT_EQ(answer(cluster, *stranger),
            "error: " + cluster[1].control +
                " does not know this key; add it to the clients of that host");
  EXPECT_GT(cluster.count(1, "unknown key"), 0U);
  EXPECT_TRUE(cluster[1].sink.requests.empty());
}

TEST_F(ControlTcp, RefusesWhoExpectsAnotherKeyOrNone) {
  for (const std::string& server_key : {new_key_pair().public_key, std::string()}) {
    const auto client = connected({cluster[1].control, viewer, server_key});
    ASSERT_TRUE(client->send("question").has_value());
    EXPECT_TRUE(answer(cluster, *client).starts_with("error: " + cluster[1].control));
  }
  EXPECT_TRUE(cluster[1].sink.requests.empty());
}

TEST_F(ControlTcp, StopsBelievingARemovedKeyAtOnce) {
  const auto client = connected(options(boss));
  expect_conversation(cluster, *client, Role::kOperator);
  cluster[1].transport->set_clients({{boss.public_key, Role::kViewer}});
  expect_conversation(cluster, *client, Role::kViewer);
  cluster[1].sink.requests.clear();
  cluster[1].transport->set_clients({});
  ASSERT_TRUE(client->send("still here").has_value());
  ASSERT_TRUE(cluster.until([&] { return cluster.count(1, "removed key") == 1; }));
  EXPECT_TRUE(cluster[1].sink.requests.empty());
}

TEST_F(ControlTcp, TellsARemovedKeyNothingMore) {
  const auto client = connected(options(viewer));
  expect_conversation(cluster, *client, Role::kViewer);
  const Client who = cluster[1].sink.requests[0].client;
  cluster[1].transport->set_clients({{viewer.public_key, Role::kViewer}});
  EXPECT_TRUE(cluster[1].transport->reply(who, "event 3"));
  cluster[1].transport->set_clients({});
  EXPECT_FALSE(cluster[1].transport->reply(who, "event 4"));
}

TEST_F(ControlTcp, SaysWhenAClientHasGone) {
  auto client = connected(options(viewer));
  expect_conversation(cluster, *client, Role::kViewer);
  const Client who = cluster[1].sink.requests[0].client;
  client.reset();
  EXPECT_TRUE(cluster.until([&] { return !cluster[1].transport->reply(who, "late"); }));
  EXPECT_FALSE(cluster[1].transport->reply(Client{7, "x"}, "nobody"));
  EXPECT_FALSE(cluster[1].transport->reply(Client{0, ""}, "nobody"));
}

TEST_F(ControlTcp, AFloodOfQuestionsDoesNotStarveTheMesh) {
  RawDealer flood(cluster[1].control, viewer, cluster[1].keys.public_key);
  ASSERT_TRUE(cluster.until([&] { return flood.send({"q"}); }));
  ASSERT_TRUE(cluster.delivers(2, 1, "connected"));
  for (int i = 0; i < 500; ++i) (void)flood.send({"q"});
  ASSERT_TRUE(cluster[2].transport->send(HostId("h1"), "urgent"));
  ASSERT_TRUE(cluster.until([&] { return cluster[1].sink.heard("urgent"); }));

  Recorder one_turn;
  cluster[1].transport->poll(Duration{0}, one_turn);
  EXPECT_LE(one_turn.requests.size(), 32U);
}

TEST_F(ControlTcp, ATooLongQuestionCostsTheConnection) {
  const auto client = connected(options(viewer));
  ASSERT_TRUE(client->send(std::string(kRequestMost + 1024, 'q')).has_value());
  EXPECT_TRUE(answer(cluster, *client).starts_with("error: "));
  EXPECT_TRUE(cluster[1].sink.requests.empty());
}

TEST(ControlClientTcp, SaysWhenNothingListens) {
  const std::string endpoint = free_endpoint();
  const auto client = connected({endpoint, {}, ""});
  ASSERT_TRUE(client->send("question").has_value());
  const auto got = client->receive(std::chrono::seconds(30));
  ASSERT_FALSE(got.has_value());
  EXPECT_TRUE(got.error().message.starts_with("nothing listens on " + endpoint));
}

TEST(ControlClientTcp, TimesOutWithoutAnAnswer) {
  Cluster cluster(1, /*insecure=*/true);
  const auto client = connected({cluster[1].control, {}, ""});
  const auto got = client->receive(std::chrono::milliseconds(5));
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().message, "timed out");
}

TEST(ControlClientTcp, RefusesAnEndpointOrAKeyThatIsNone) {
  EXPECT_FALSE(connect({"nonsense", {}, ""}).has_value());
  EXPECT_FALSE(connect({"tcp://127.0.0.1:1", new_key_pair(), "short"}).has_value());
}

}  // namespace
}  // namespace prumo::transport
