#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/unit/transport/cluster.h"

namespace prumo::transport {
namespace {

TEST(Keys, ComeInPairs) {
  const KeyPair keys = new_key_pair();
  EXPECT_EQ(keys.public_key.size(), 40U);
  EXPECT_EQ(keys.secret_key.size(), 40U);
  EXPECT_EQ(public_of(keys.secret_key).value(), keys.public_key);
  EXPECT_NE(new_key_pair().secret_key, keys.secret_key);
}

TEST(Keys, OfAnotherLengthOrAlphabetAreNone) {
  EXPECT_FALSE(public_of("").has_value());
  EXPECT_FALSE(public_of(std::string(39, 'a')).has_value());
  EXPECT_FALSE(public_of(std::string(40, '"')).has_value());
}

class Open : public testing::Test {
 protected:
  Cluster cluster{1};
  Options options;

  void SetUp() override {
    cluster[1].transport.reset();
    options = cluster.options_of(cluster[1]);
  }
  std::string error() {
    const auto opened = open(options);
    return opened ? "opened" : opened.error().message;
  }
};

TEST_F(Open, NamesThePortThatIsTaken) {
  const auto first = open(options);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(error(),
            options.bind + " is in use by another process; stop it or change transport.listen");
  options.bind = free_endpoint();
  EXPECT_EQ(error(), options.control[0] +
                         " is in use by another process; stop it or change transport.control");
}

TEST_F(Open, RefusesAnEndpointThatIsNone) {
  for (const char* bad :
       {"", "127.0.0.1:7400", "tcp://127.0.0.1", "udp://127.0.0.1:1", "tcp://127.0.0.1:x"}) {
    options.bind = bad;
    EXPECT_NE(error().find("is no endpoint"), std::string::npos) << bad << ": " << error();
  }
}

TEST_F(Open, RefusesAnAddressOfAnotherHost) {
  options.bind = "tcp://192.0.2.1:7400";
  EXPECT_NE(error().find("no such address"), std::string::npos) << error();
}

TEST_F(Open, RefusesKeysThatDoNotBelongTogether) {
  options.keys.public_key = new_key_pair().public_key;
  EXPECT_NE(error().find("don't belong together"), std::string::npos);
  options.keys.secret_key = "short";
  EXPECT_NE(error().find("this is no key"), std::string::npos);
}

TEST_F(Open, CountsAMemberThatCanNotBeReachedAndGoesOn) {
  options.members = Members({cluster[1].member,
                             {HostId("h2"), "nonsense", new_key_pair().public_key, 0},
                             {HostId("h3"), free_endpoint(), "no key", 0}});
  const auto opened = open(options);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ((*opened)->counters().at("member without a usable endpoint or key"), 2U);
  EXPECT_FALSE((*opened)->send(HostId("h2"), "x"));
}

TEST_F(Open, TwiceInARowFindsThePortsFreeAgain) {
  for (int i = 0; i < 5; ++i) ASSERT_EQ(error(), "opened");
}

TEST(Watch, SaysWhenAFileIsReadableAndWakesAPoll) {
  Cluster cluster(1);
  const int fd = ::eventfd(0, EFD_NONBLOCK);
  auto& sink = cluster[1].sink;
  sink.read = [](int readable) {
    eventfd_t value = 0;
    EXPECT_EQ(::eventfd_read(readable, &value), 0);
  };
  cluster[1].transport->watch(fd);
  cluster[1].transport->poll(Duration{0}, sink);
  EXPECT_TRUE(sink.readable.empty());

  ::eventfd_write(fd, 1);
  const auto before = std::chrono::steady_clock::now();
  cluster[1].transport->poll(std::chrono::seconds(50), sink);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(40));
  EXPECT_EQ(sink.readable, std::vector<int>{fd});

  cluster[1].transport->poll(Duration{0}, sink);
  EXPECT_EQ(sink.readable.size(), 1U) << "once read, it is silent";
  ::close(fd);
}

TEST(Poll, WaitsForItsTimeAndNoLonger) {
  Cluster cluster(1);
  const auto before = std::chrono::steady_clock::now();
  cluster[1].transport->poll(Duration{1500}, cluster[1].sink);
  EXPECT_GE(std::chrono::steady_clock::now() - before, Duration{1500});
  cluster[1].transport->poll(Duration{-5}, cluster[1].sink);
}

/// What a sink may do from within a turn: everything.
struct Restless : Recorder {
  Transport* transport = nullptr;
  int fd = -1;
  void on_frame(const HostId& from, std::string_view frame) override {
    Recorder::on_frame(from, frame);
    transport->set_members(Members());
    transport->reconnect(from);
    transport->watch(fd);
    EXPECT_FALSE(transport->send(from, "x"));
  }
};

TEST(Poll, LetsTheSinkChangeEverythingFromWithin) {
  Cluster cluster(2);
  Restless restless;
  restless.transport = cluster[1].transport.get();
  restless.fd = ::eventfd(0, EFD_NONBLOCK);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (restless.frames.empty() && std::chrono::steady_clock::now() < end) {
    (void)cluster[2].transport->send(HostId("h1"), "go");
    cluster[2].transport->poll(std::chrono::milliseconds(2), cluster[2].sink);
    cluster[1].transport->poll(std::chrono::milliseconds(2), restless);
  }
  EXPECT_FALSE(restless.frames.empty());
  cluster.turn();
  ::close(restless.fd);
}

}  // namespace
}  // namespace prumo::transport
