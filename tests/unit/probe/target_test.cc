#include "src/probe/target.h"

#include <gtest/gtest.h>

namespace prumo::probe {
namespace {

TEST(Target, IsAUrlOrACommand) {
  EXPECT_EQ(parse_target("http://web1/")->protocol, Protocol::kHttp);
  EXPECT_EQ(parse_target("https://web1:8443/a?b=c")->protocol, Protocol::kHttp);
  EXPECT_EQ(parse_target("true")->protocol, Protocol::kCommand);
  EXPECT_EQ(parse_target("curl -sf http://web1/")->protocol, Protocol::kCommand);
}

TEST(Target, OfUdpHasAHostAPortAndADatagram) {
  const auto plain = parse_target("udp://10.0.0.1:53");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "10.0.0.1");
  EXPECT_EQ(plain->port, "53");
  EXPECT_EQ(plain->payload, "ping");
  const auto written = parse_target("udp://[fe80::1]:7/a%00b%2Fc/d");
  ASSERT_TRUE(written);
  EXPECT_EQ(written->host, "fe80::1");
  EXPECT_EQ(written->payload, std::string("a\0b/c/d", 7));
}

TEST(Target, ThatCannotBeAskedIsRefusedWithTheCure) {
  for (const char* text :
       {"", "  ", "ftp://web1/", "http://", "http:///x", "udp://web1", "udp://:53", "udp://web1:0",
        "udp://web1:65536", "udp://web1:x", "udp://web1:53/%4", "udp://web1:53/%zz"}) {
    const auto target = parse_target(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().message.find('\n'), std::string::npos);
  }
  EXPECT_EQ(parse_target("ftp://web1/").error().message,
            "\"ftp://web1/\" is of no known kind; write http://HOST/PATH, https://HOST/PATH, "
            "udp://HOST:PORT/TEXT, or a command");
  EXPECT_FALSE(parse_target("udp://web1:53/" + std::string(1401, 'x')));
}

}  // namespace
}  // namespace prumo::probe
