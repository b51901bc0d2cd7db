#include "src/hypervisor/uri.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace prumo::hypervisor {
namespace {

TEST(Uri, LeadsToThePortOfItsTransport) {
  EXPECT_EQ(endpoint_of("qemu+tls://h3/system")->value(), (Endpoint{"h3", 16514}));
  EXPECT_EQ(endpoint_of("qemu://h3/system")->value(), (Endpoint{"h3", 16514}));
  EXPECT_EQ(endpoint_of("qemu+tcp://10.0.0.3/system")->value(), (Endpoint{"10.0.0.3", 16509}));
  EXPECT_EQ(endpoint_of("qemu+ssh://root@h3/system")->value(), (Endpoint{"h3", 22}));
  EXPECT_EQ(endpoint_of("qemu+libssh2://h3/system?keyfile=x")->value(), (Endpoint{"h3", 22}));
}

TEST(Uri, LeadsToThePortItNames) {
  EXPECT_EQ(endpoint_of("qemu+tcp://user@h3:1234/system")->value(), (Endpoint{"h3", 1234}));
  EXPECT_EQ(endpoint_of("qemu+tls://[fe80::1]:999/system")->value(), (Endpoint{"fe80::1", 999}));
  EXPECT_EQ(endpoint_of("qemu+tls://[fe80::1]/system")->value(), (Endpoint{"fe80::1", 16514}));
}

TEST(Uri, ThatIsLocalLeadsNowhere) {
  for (const char* uri : {"qemu:///system", "test:///default", "qemu+unix:///system?socket=/run/x",
                          "qemu+tcp:///system"}) {
    const auto endpoint = endpoint_of(uri);
    ASSERT_TRUE(endpoint) << uri;
    EXPECT_FALSE(endpoint->has_value()) << uri;
  }
}

TEST(Uri, ThatIsNoneIsRefused) {
  for (const char* uri :
       {"", "h3", "://h3", "qemu+tcp://h3:", "qemu+tcp://h3:0/x", "qemu+tcp://h3:65536/",
        "qemu+tcp://h3:1x/", "qemu+tcp://:1/", "qemu+tcp://[fe80::1/", "qemu+tcp://[::1]x/"})
    EXPECT_FALSE(endpoint_of(uri)) << uri;
}

TEST(Uri, OfAMigrationNamesAHost) {
  EXPECT_EQ(*migration_endpoint_of("tcp://10.0.0.3"), (Endpoint{"10.0.0.3", 0}));
  EXPECT_EQ(*migration_endpoint_of("tcp://[fd00::3]:49152"), (Endpoint{"fd00::3", 49152}));
  EXPECT_FALSE(migration_endpoint_of("tcp://"));
  EXPECT_FALSE(migration_endpoint_of("10.0.0.3"));
}

/// A port of the loopback address that listens, or that nobody has.
class Port {
 public:
  explicit Port(bool listening) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    if (listening) ::listen(fd_, 1);
    number_ = ntohs(address.sin_port);
  }
  ~Port() { ::close(fd_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  [[nodiscard]] std::uint16_t number() const { return number_; }

 private:
  int fd_;
  std::uint16_t number_ = 0;
};

TEST(TryConnect, SucceedsWhereSomebodyListens) {
  const Port port(true);
  EXPECT_TRUE(try_connect({"127.0.0.1", port.number()}, 5s));
}

TEST(TryConnect, NamesThePortThatRefuses) {
  const Port port(false);
  const auto reached = try_connect({"127.0.0.1", port.number()}, 5s);
  ASSERT_FALSE(reached);
  EXPECT_NE(reached.error().message.find(std::to_string(port.number())), std::string::npos);
}

TEST(OwnAddress, IsNeitherLoopbackNorAnothers) {
  EXPECT_FALSE(check_own_address("127.0.0.1"));
  EXPECT_FALSE(check_own_address("::1"));
  EXPECT_FALSE(check_own_address("192.0.2.1"));
}

}  // namespace
}  // namespace prumo::hypervisor
