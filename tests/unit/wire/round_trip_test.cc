#include <gtest/gtest.h>

#include <set>

#include "tests/unit/wire/random_message.h"

namespace prumo::wire {
namespace {

TEST(RoundTrip, EveryMessageComesBackAsItWasSent) {
  Random random(20);
  for (int round = 0; round < 50; ++round) {
    any_message(std::type_identity<Message>{}, [&]<class M>(std::type_identity<M>) {
      M sent;
      randomise(random, sent);
      const std::string frame = encode(kCluster, envelope_of(as_message(sent)));
      if (frame.size() > kFrameMost) return false;
      const auto received = decode(kCluster, frame);
      EXPECT_TRUE(received.has_value()) << kTypeOf<M>.name << ": " << name_of(received.error());
      if (!received) return true;
      const M* found = find_in<M>(received->message);
      EXPECT_NE(found, nullptr) << kTypeOf<M>.name << " came back as "
                                << name_of(received->message);
      EXPECT_TRUE(found != nullptr && same(*found, sent)) << kTypeOf<M>.name;
      return false;
    });
  }
}

TEST(RoundTrip, TheEnvelopeComesBackAsItWasSent) {
  Random random(21);
  for (int round = 0; round < 100; ++round) {
    Envelope sent = envelope_of(FinishedAck{});
    randomise(random, sent.from);
    randomise(random, sent.incarnation);
    randomise(random, sent.run);
    randomise(random, sent.won);
    const auto received = decode(kCluster, encode(kCluster, sent));
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(received->from, sent.from);
    EXPECT_EQ(received->incarnation, sent.incarnation);
    EXPECT_EQ(received->run, sent.run);
    EXPECT_EQ(received->won, sent.won);
  }
}

TEST(RoundTrip, EveryMessageTypeHasANameOfItsOwn) {
  Random random(22);
  std::set<std::string> names;
  const auto all = one_of_each(random);
  for (const Message& message : all) names.insert(name_of(message));
  EXPECT_EQ(names.size(), all.size());
  EXPECT_TRUE(names.contains("heartbeat"));
  EXPECT_TRUE(names.contains("vm_info"));
}

TEST(RoundTrip, AnAnswerMayFillAFrame) {
  const Answer sent{4, true, "{\"text\":\"" + std::string(1000 * 1000, 'x') + "\"}"};
  const auto received = decode(kCluster, encode(kCluster, envelope_of(sent)));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(find_in<Answer>(received->message)->json, sent.json);
}

TEST(RoundTrip, AReasonThatIsTooLongIsCutAndOneWithControlCharactersCleaned) {
  NoRelief sent;
  sent.reason = "\x1B[31mred\nline " + std::string(2 * kLongTextMost, 'x');
  const auto received = decode(kCluster, encode(kCluster, envelope_of(sent)));
  ASSERT_TRUE(received.has_value());
  const std::string& reason = find_in<NoRelief>(received->message)->reason;
  EXPECT_EQ(reason.size(), kLongTextMost);
  EXPECT_TRUE(reason.starts_with("?[31mred\nline xxx")) << reason.substr(0, 20);
}

TEST(RoundTrip, ANegativeAgeIsSentAsZero) {
  gossip::Delta sent;
  sent.updates.emplace_back().age = Duration{-5};
  const auto received = decode(kCluster, encode(kCluster, envelope_of(as_message(sent))));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(find_in<gossip::Delta>(received->message)->updates[0].age, Duration{0});
}

}  // namespace
}  // namespace prumo::wire
