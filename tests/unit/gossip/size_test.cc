#include "gossip/size.h"

#include <gtest/gtest.h>

namespace prumo::gossip {
namespace {

TEST(GossipSize, CountsTexts) {
  Update update{{HostId("host-7"), {}, Standing::kAlive, {}}, {}, 0s, Summary{}};
  const std::size_t bare = bytes_of(update);
  update.summary->trouble = "libvirt does not answer";
  update.accuser = HostId("abc");
  EXPECT_EQ(bytes_of(update), bare + update.summary->trouble.size() + 3);
}

TEST(GossipSize, CutsOwnTextsNeverWithinACharacter) {
  Summary s;
  s.trouble = std::string(kTextBytesMost - 1, 'x') + "é and more";
  s.sending = std::string(10'000, '\x80');
  s.receiving = "short";
  cut_texts(s);
  EXPECT_EQ(s.trouble, std::string(kTextBytesMost - 1, 'x'));
  EXPECT_EQ(s.receiving, "short");
  EXPECT_TRUE(texts_fit(s));
}

TEST(GossipSize, RefusesAnyTextBeyondTheLimit) {
  Summary s;
  s.coordinator = HostId(std::string(kTextBytesMost + 1, 'x'));
  EXPECT_FALSE(texts_fit(s));
}

}  // namespace
}  // namespace prumo::gossip
