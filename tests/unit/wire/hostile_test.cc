// Bytes that no honest peer sends: every one is refused with its reason, none is believed.

#include <gtest/gtest.h>

#include "src/wire/prefix.h"
#include "src/wire/writer.h"
#include "tests/unit/wire/random_message.h"

namespace prumo::wire {
namespace {

using std::string_literals::operator""s;

/// The start of an envelope of `type`, whose fields are still to come.
std::string envelope_start(std::uint8_t type, std::size_t elements = 6) {
  std::string frame = prefix();
  Writer writer(frame);
  writer.begin_array(elements);
  writer.write(HostId("h1"));
  writer.write(Incarnation{1, 0});
  writer.write(RunId{1});
  writer.write(Epoch{1});
  writer.write(type);
  return frame;
}

std::string with_fields(std::uint8_t type, const std::string& fields) {
  return envelope_start(type) + fields;
}

Fault fault_of(std::string_view frame) {
  const auto decoded = decode(kCluster, frame);
  EXPECT_FALSE(decoded.has_value());
  return decoded ? Fault::kTooLarge : decoded.error();
}

const std::string& heartbeat() {
  static const std::string frame =
      encode(kCluster, envelope_of(election::Message(election::Heartbeat{Epoch{7}, 9, 10})));
  return frame;
}

TEST(Hostile, FramesCutAnywhereAreRefused) {
  Random random(1);
  for (const Message& message : one_of_each(random)) {
    const std::string frame = encode(kCluster, envelope_of(message));
    const std::size_t step = 1 + frame.size() / 400;
    for (std::size_t size = 0; size < frame.size(); size += step)
      ASSERT_FALSE(decode(kCluster, std::string_view(frame).substr(0, size)).has_value())
          << name_of(message) << " cut at " << size;
  }
}

TEST(Hostile, FlippedBitsNeverGetPastTheRules) {
  Random random(2);
  for (int round = 0; round < 10; ++round) {
    for (const Message& message : one_of_each(random)) {
      const std::string frame = encode(kCluster, envelope_of(message));
      for (int flips = 0; flips < 40; ++flips) {
        std::string changed = frame;
        for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
          char& byte = changed[random.below(changed.size())];
          byte = static_cast<char>(byte ^ (1 << random.below(8)));
        }
        const auto decoded = decode(kCluster, changed);
        if (!decoded) continue;
        // What is believed is legal: it can be sent on, and is believed again.
        EXPECT_TRUE(decode(kCluster, encode(kCluster, *decoded)).has_value()) << name_of(message);
      }
    }
  }
}

TEST(Hostile, RandomBytesAreRefused) {
  Random random(3);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes =
        round % 2 == 0 ? prefix() : envelope_start(static_cast<std::uint8_t>(random.below(70)));
    for (std::uint64_t left = random.below(60); left > 0; --left)
      bytes += static_cast<char>(random.below(256));
    const auto decoded = decode(kCluster, bytes);
    if (decoded) {
      EXPECT_TRUE(decode(kCluster, encode(kCluster, *decoded)).has_value());
    }
  }
}

TEST(Hostile, ThePrefixIsLookedAtFirst) {
  std::string frame = heartbeat();
  EXPECT_TRUE(decode(kCluster, frame).has_value());

  EXPECT_EQ(fault_of(""), Fault::kTruncated);
  EXPECT_EQ(fault_of("PRMO"), Fault::kTruncated);
  EXPECT_EQ(fault_of(prefix()), Fault::kTruncated);
  EXPECT_EQ(fault_of("HTTP" + frame.substr(4)), Fault::kMagic);

  std::string other_major = frame;
  other_major[4] = static_cast<char>(kMajor + 1);
  EXPECT_EQ(fault_of(other_major), Fault::kOtherMajor);

  ClusterId foreign = kCluster;
  foreign[15] ^= 1;
  EXPECT_EQ(decode(foreign, frame).error(), Fault::kForeignCluster);
  EXPECT_EQ(fault_of(frame.substr(0, 6) + std::string(16, '\0') + "garbage"),
            Fault::kForeignCluster);
}

TEST(Hostile, AFrameAboveTheBoundIsRefused) {
  EXPECT_EQ(fault_of(heartbeat() + std::string(kFrameMost, 'x')), Fault::kTooLarge);
}

TEST(Hostile, TrailingBytesAreRefused) {
  EXPECT_EQ(fault_of(heartbeat() + "\xC0"), Fault::kTrailing);
}

TEST(Hostile, ALengthThatTheFrameCannotHoldAllocatesNothing) {
  EXPECT_EQ(fault_of(prefix() + "\xDF\x07\xFF\xFF\xFF"), Fault::kRange) << "map of 0x7ffffff";
  EXPECT_EQ(fault_of(prefix() + "\xDD\xFF\xFF\xFF\xFF"), Fault::kRange) << "array";
  EXPECT_EQ(fault_of(prefix() + "\xDB\xFF\xFF\xFF\xFF"), Fault::kTruncated) << "string";
  EXPECT_EQ(fault_of(prefix() + "\xC6\xFF\xFF\xFF\xFF"), Fault::kTruncated) << "bytes";
  EXPECT_EQ(fault_of(prefix() + "\xC9\x0F\xFF\xFF\xFF\x01"), Fault::kTruncated) << "extension";
}

TEST(Hostile, ADepthBombIsRefused) {
  EXPECT_EQ(fault_of(prefix() + std::string(1'000'000, '\x91')), Fault::kRange);
}

TEST(Hostile, AReservedByteIsMalformed) {
  EXPECT_EQ(fault_of(prefix() + "\xC1"), Fault::kMalformed);
}

TEST(Hostile, AReasonMayBeLongButNotAnyLonger) {
  Refused refused;
  refused.reason = std::string(kLongTextMost, 'r');
  std::string frame = encode(kCluster, envelope_of(refused));
  EXPECT_TRUE(decode(kCluster, frame).has_value());
  // One character more, by hand: the length field of the str16 and the text.
  frame[frame.size() - kLongTextMost - 1] = '\x01';
  EXPECT_EQ(fault_of(frame + 'r'), Fault::kRange);
}

TEST(Hostile, AListAboveTheBoundIsRefused) {
  gossip::Digest digest;
  digest.entries.resize(kListMost);
  EXPECT_TRUE(decode(kCluster, encode(kCluster, envelope_of(gossip::Message(digest)))).has_value());
  digest.entries.resize(kListMost + 1);
  EXPECT_EQ(fault_of(encode(kCluster, envelope_of(gossip::Message(digest)))), Fault::kRange);
}

TEST(Hostile, TooFewOrTooManyFieldsAreMalformed) {
  constexpr std::uint8_t kPing = kTypeOf<gossip::Ping>.number;
  EXPECT_TRUE(decode(kCluster, with_fields(kPing, "\x91\x01")).has_value());
  EXPECT_EQ(fault_of(with_fields(kPing, "\x90")), Fault::kMalformed);
  EXPECT_EQ(fault_of(with_fields(kPing, "\x92\x01\x02")), Fault::kMalformed);
  EXPECT_EQ(fault_of(with_fields(kPing, "\x01")), Fault::kMalformed);
  EXPECT_EQ(fault_of(envelope_start(kPing, 5)), Fault::kMalformed);
  EXPECT_EQ(fault_of(envelope_start(kPing, 7) + "\x91\x01\x01"), Fault::kMalformed);
}

TEST(Hostile, AnUnknownTypeIsToldApart) {
  EXPECT_EQ(fault_of(with_fields(200, "\x90")), Fault::kUnknownType);
  EXPECT_EQ(fault_of(with_fields(0, "\x90")), Fault::kUnknownType);
}

TEST(Upgrade, FieldsAppendedByAHigherMinorAreSkipped) {
  constexpr std::uint8_t kPing = kTypeOf<gossip::Ping>.number;
  std::string frame = envelope_start(kPing, 7) + "\x93\x05\xA3new\xC0" + "\xC3";
  EXPECT_EQ(fault_of(frame), Fault::kMalformed);
  frame[5] = static_cast<char>(kMinor + 1);
  const auto decoded = decode(kCluster, frame);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(find_in<gossip::Ping>(decoded->message)->sequence, 5U);

  std::string short_frame = with_fields(kPing, "\x90");
  short_frame[5] = static_cast<char>(kMinor + 1);
  EXPECT_EQ(fault_of(short_frame), Fault::kMalformed) << "fewer is never a newer format";
}

}  // namespace
}  // namespace prumo::wire
