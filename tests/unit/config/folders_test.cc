#include "config/folders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace prumo::config {
namespace {

namespace fs = std::filesystem;

const std::string kKeyA = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string kKeyB = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";

class Folders : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(folder_ + "/" + name).parent_path());
    std::ofstream(folder_ + "/" + name) << text;
  }
  [[nodiscard]] std::string members_error() const {
    const auto members = load_members(folder_ + "/members");
    return members ? "no error" : members.error().message.substr(folder_.size() + 1);
  }
  void member(const std::string& file, const std::string& id, int port,
              const std::string& key) const {
    write("members/" + file,
          member_text({HostId(id), "tcp://10.0.0.1:" + std::to_string(port), key, 0}));
  }

  const ScratchFolder scratch_;
  const std::string& folder_ = scratch_.path();
};

TEST_F(Folders, GiveTheMembersById) {
  member("b.toml", "h2", 2, kKeyB);
  member("a.toml", "h1", 1, kKeyA);
  write("members/c.toml", "id = \"h3\"\nendpoint = \"tcp://[fe80::1]:7400\"\npriority = -3\n");
  const auto members = load_members(folder_ + "/members");
  ASSERT_TRUE(members) << members.error().message;
  ASSERT_EQ(members->size(), 3U);
  EXPECT_EQ(*members->find(HostId("h1")), (Member{HostId("h1"), "tcp://10.0.0.1:1", kKeyA, 0}));
  EXPECT_EQ(*members->find(HostId("h3")), (Member{HostId("h3"), "tcp://[fe80::1]:7400", "", -3}));
}

TEST_F(Folders, IgnoreWhatIsNoMemberFile) {
  member("h1.toml", "h1", 1, kKeyA);
  write("members/.h1.toml.swp", "x");
  write("members/.#h1.toml", "x");
  write("members/README", "x");
  write("members/h1.toml~", "x");
  EXPECT_EQ(load_members(folder_ + "/members")->size(), 1U);
}

TEST_F(Folders, NameBothFilesThatSayTheSame) {
  member("h3.toml", "h3", 3, kKeyA);
  member("h7.toml", "h3", 7, kKeyB);
  const std::string h3 = folder_ + "/members/h3.toml";
  EXPECT_EQ(members_error(),
            "members/h7.toml: same id \"h3\" as " + h3 + "; give one of them another id");
  member("h7.toml", "h7", 3, kKeyB);
  EXPECT_EQ(members_error(), "members/h7.toml: same endpoint \"tcp://10.0.0.1:3\" as " + h3 +
                                 "; give one of them another address or port");
  member("h7.toml", "h7", 7, kKeyA);
  EXPECT_EQ(members_error(), "members/h7.toml: same public_key \"" + kKeyA + "\" as " + h3 +
                                 "; make one of them a key of its own with `prumo keygen`");
}

TEST_F(Folders, NameTheLineOfAMalformedMember) {
  const auto error = [this](const std::string& text) {
    write("members/h1.toml", text);
    return members_error();
  };
  EXPECT_EQ(
      error("id = \"h1\"\nport = 3\n"),
      "members/h1.toml:2: port is no key of this file; it has id, endpoint, public_key, priority");
  EXPECT_EQ(error("id = 1\n").substr(0, 40), "members/h1.toml:1: id = 1 is no name; us");
  EXPECT_EQ(error("id = \"h1\"\n"),
            "members/h1.toml: endpoint is missing; set endpoint = \"tcp://ADDRESS:PORT\"");
  for (const char* endpoint : {"tcp://0.0.0.0:7400", "tcp://*:7400", "ipc:///x", "h1"})
    EXPECT_NE(error(std::string("id = \"h1\"\nendpoint = \"") + endpoint + "\"\n")
                  .find("is no endpoint that others can reach"),
              std::string::npos)
        << endpoint;
  EXPECT_NE(error("id = \"h1\"\npublic_key = \"short\"\n").find("is no key"), std::string::npos);
  EXPECT_NE(error("id = \"h1\"\npriority = 1.5\n").find("is no priority"), std::string::npos);
  EXPECT_NE(error("id = \"h1\"\npriority = 9999999999\n").find("is no priority"),
            std::string::npos);
}

TEST_F(Folders, SayWhatToDoWhenThereIsNothing) {
  EXPECT_EQ(
      members_error(),
      "members: No such file or directory; copy the folder from another host, or make it with "
      "`prumo init`");
  fs::create_directory(folder_ + "/members");
  EXPECT_EQ(members_error(),
            "members: no member file; write one per host with `prumo keygen host ID`");
}

TEST_F(Folders, BoundTheNumberOfMembers) {
  for (std::size_t i = 0; i <= kMostMembers; ++i)
    member("m" + std::to_string(i) + ".toml", "h" + std::to_string(i), static_cast<int>(i) + 1, "");
  EXPECT_EQ(members_error(),
            "members: 1001 files; a cluster has at most 1000 members, make two of it");
}

TEST_F(Folders, WantThisHostAmongTheMembersAndAKeyOfEach) {
  member("h1.toml", "h1", 1, kKeyA);
  Config config;
  config.path = "p.toml";
  config.members_folder = folder_ + "/members";
  config.id = HostId("h2");
  EXPECT_EQ(load_members(config).error().message,
            "p.toml: id = \"h2\" has no file in " + config.members_folder +
                "; write it with `prumo keygen host h2`, or correct the id");
  member("h2.toml", "h2", 2, "");
  EXPECT_EQ(load_members(config).error().message,
            config.members_folder +
                "/h2.toml: public_key is missing; write this file with `prumo "
                "keygen host h2 --endpoint tcp://10.0.0.1:2`");
  config.transport.insecure = true;
  EXPECT_TRUE(load_members(config));
}

TEST_F(Folders, GiveTheClientsByName) {
  EXPECT_TRUE(load_clients(folder_ + "/clients")->empty()) << "no folder: no clients";
  write("clients/victor.toml", client_text({"victor", kKeyB, ClientRole::kViewer}));
  write("clients/olga.toml", client_text({"olga", kKeyA, ClientRole::kOperator}));
  const auto clients = load_clients(folder_ + "/clients");
  ASSERT_TRUE(clients) << clients.error().message;
  EXPECT_EQ(*clients, (std::vector<Client>{{"olga", kKeyA, ClientRole::kOperator},
                                           {"victor", kKeyB, ClientRole::kViewer}}));
}

TEST_F(Folders, NeverGuessARole) {
  const auto error = [this](const std::string& text) {
    write("clients/olga.toml", text);
    const auto clients = load_clients(folder_ + "/clients");
    return clients ? "no error" : clients.error().message.substr(folder_.size() + 1);
  };
  const std::string key = "public_key = \"" + kKeyA + "\"\n";
  EXPECT_EQ(error(key),
            "clients/olga.toml: role is missing; set role = \"operator\" or role = \"viewer\"");
  EXPECT_EQ(
      error(key + "role = \"root\"\n"),
      "clients/olga.toml:2: role = \"root\" is unknown; write one of \"operator\", \"viewer\"");
  EXPECT_NE(error("role = \"viewer\"\n").find("public_key is missing"), std::string::npos);
  write("clients/again.toml", key + "role = \"viewer\"\n");
  EXPECT_NE(error(key + "role = \"operator\"\n").find("same public_key"), std::string::npos);
}

TEST_F(Folders, ReadASecretOnlyItsOwnerCanRead) {
  const std::string path = folder_ + "/h1.secret";
  write("h1.secret", kKeyA + "\n");
  ::chmod(path.c_str(), 0640);
  EXPECT_EQ(read_secret(path).error().message,
            path + ": a secret key that other users can read; run chmod 600 " + path);
  ::chmod(path.c_str(), 0600);
  EXPECT_EQ(read_secret(path).value(), kKeyA);
  write("h1.secret", "secret\n");
  EXPECT_EQ(read_secret(path).error().message,
            path + ": holds no secret key; write it with `prumo keygen`");
  EXPECT_EQ(
      read_secret(path + "x").error().message,
      path + "x: No such file or directory; copy the secret key here that `prumo keygen` wrote");
}

}  // namespace
}  // namespace prumo::config
