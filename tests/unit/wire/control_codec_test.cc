#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "src/wire/prefix.h"
#include "tests/unit/wire/random_message.h"

namespace prumo::wire {
namespace {

using nlohmann::json;
using std::string_literals::operator""s;

Fault ask_fault(const std::string& frame) {
  const auto decoded = decode_ask(kCluster, frame);
  EXPECT_FALSE(decoded.has_value());
  return decoded ? Fault::kMagic : decoded.error();
}
Fault reply_fault(const std::string& frame) {
  const auto decoded = decode_reply(kCluster, frame);
  EXPECT_FALSE(decoded.has_value());
  return decoded ? Fault::kMagic : decoded.error();
}

TEST(Control, AnAskComesBackAsItWasSent) {
  const Ask sent{~std::uint64_t{0}, "migrate", {"vm with ã", "", "line\nline"}};
  const auto received = decode_ask(kCluster, encode(kCluster, sent));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->id, sent.id);
  EXPECT_EQ(received->command, sent.command);
  EXPECT_EQ(received->arguments, sent.arguments);
}

TEST(Control, AReplyComesBackAsTheSameJson) {
  const json payload{{"hosts", {{{"id", "h1"}, {"cpu", 0.123456789}, {"big", 1e300}, {"n", -5}}}},
                     {"none", nullptr},
                     {"text", "line\n\"é\""}};
  for (const Code code :
       {Code::kDone, Code::kFailed, Code::kUsage, Code::kForbidden, Code::kEvent}) {
    const auto received = decode_reply(kCluster, encode(kCluster, Reply{9, code, payload.dump()}));
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(received->id, 9U);
    EXPECT_EQ(received->code, code);
    EXPECT_EQ(json::parse(received->json), payload);
  }
}

TEST(Control, WhatJsonDoesNotKnowBecomesNull) {
  const auto received =
      decode_reply(kCluster, prefix() +
                                 "\x93\x01\x00\x82\xA1"
                                 "b\xC4\x01x\xA1n\xCB\x7F\xF8\x00\x00\x00\x00\x00\x00"s);
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->json, R"({"b":null,"n":null})");
}

TEST(Control, AReplyMayBeLong) {
  json rows = json::array();
  for (int i = 0; i < 10'000; ++i) rows.push_back({{"id", i}, {"host", "h" + std::to_string(i)}});
  const auto received =
      decode_reply(kCluster, encode(kCluster, Reply{1, Code::kDone, rows.dump()}));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(json::parse(received->json), rows);
}

TEST(Control, AReplyThatIsNoJsonIsSentAsAnEmptyMap) {
  const auto received =
      decode_reply(kCluster, encode(kCluster, Reply{1, Code::kFailed, "{\"a\":"}));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->json, "{}");
}

TEST(Control, AsksCutAnywhereOrTooLongAreRefused) {
  const std::string frame = encode(kCluster, Ask{1, "explain", {"vm", "host"}});
  for (std::size_t size = 0; size < frame.size(); ++size)
    EXPECT_NE(ask_fault(frame.substr(0, size)), Fault::kMagic) << size;
  EXPECT_EQ(ask_fault(frame + '\0'), Fault::kTrailing);
  EXPECT_EQ(ask_fault(frame + std::string(kControlMost, 'x')), Fault::kTooLarge);
  ClusterId foreign = kCluster;
  foreign[0] = 0;
  EXPECT_EQ(decode_ask(foreign, frame).error(), Fault::kForeignCluster);
}

TEST(Control, HostileAsksAreRefused) {
  EXPECT_EQ(ask_fault(prefix() + "\x92\x01\xA1x"), Fault::kMalformed) << "too few";
  EXPECT_EQ(ask_fault(prefix() + "\x94\x01\xA1x\x90\x01"), Fault::kMalformed) << "too many";
  EXPECT_EQ(ask_fault(prefix() + "\x93\xFF\xA1x\x90"), Fault::kRange) << "negative id";
  EXPECT_EQ(ask_fault(prefix() + "\x93\x01\xA1\x07\x90"), Fault::kRange) << "bell in the command";
  EXPECT_EQ(ask_fault(prefix() + "\x93\x01\xA1x\x91\x05"), Fault::kMalformed)
      << "number as argument";
  EXPECT_EQ(ask_fault(prefix() + "\x93\x01\xA1x\xA1y"), Fault::kMalformed) << "no list";
  EXPECT_EQ(ask_fault(prefix() + "\x93\x01\xA1x\xDC\x00\x41"s + std::string(65, '\xA0')),
            Fault::kRange);
  EXPECT_EQ(ask_fault(prefix() + "\x93\x01\xA1x\x91\xDA\x10\x01" + std::string(4097, 'a')),
            Fault::kRange);
  EXPECT_EQ(ask_fault(prefix() + std::string(60'000, '\x91')), Fault::kRange) << "depth bomb";
  EXPECT_EQ(ask_fault(prefix() + "\xDF\x07\xFF\xFF\xFF"), Fault::kRange);
}

TEST(Control, HostileRepliesAreRefused) {
  EXPECT_EQ(reply_fault(prefix() + "\x92\x01\x00"s), Fault::kMalformed);
  EXPECT_EQ(reply_fault(prefix() + "\x93\x01\x05\x80"), Fault::kRange) << "unknown code";
  EXPECT_EQ(reply_fault(prefix() + "\x93\x01\x01" + std::string(100, '\x91') + "\x01"),
            Fault::kRange);
  EXPECT_EQ(reply_fault(prefix() + "\x93\x01\x01\x81\x01\x01"), Fault::kMalformed)
      << "key is no text";
  EXPECT_EQ(reply_fault(prefix() + "\xDC\x00\x03\x01\x01"s), Fault::kTruncated);
}

/// Other libraries write headers wider than need be.
TEST(Control, AReplyWithAWideArrayHeaderIsNotMisread) {
  const auto received = decode_reply(kCluster, prefix() + "\xDC\x00\x03\x01\x00\x81\xA1k\x02"s);
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->json, R"({"k":2})");
}

TEST(Control, FlippedBitsNeverCrash) {
  Random random(4);
  const std::string ask = encode(kCluster, Ask{1, "log", {"--since", "5m"}});
  const std::string reply =
      encode(kCluster, Reply{1, Code::kDone, R"({"a":[1,2,{"b":"c"}],"d":0.5})"});
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = round % 2 == 0 ? ask : reply;
    for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
      char& byte = changed[kPrefixSize + random.below(changed.size() - kPrefixSize)];
      byte = static_cast<char>(random.below(256));
    }
    if (const auto decoded = decode_ask(kCluster, changed)) {
      EXPECT_TRUE(decode_ask(kCluster, encode(kCluster, *decoded)).has_value());
    }
    if (const auto decoded = decode_reply(kCluster, changed)) {
      EXPECT_TRUE(json::accept(decoded->json));
    }
  }
}

}  // namespace
}  // namespace prumo::wire
