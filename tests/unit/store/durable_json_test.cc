#include "src/store/durable_json.h"

#include <gtest/gtest.h>

#include <set>

#include "src/store/fields.h"
#include "tests/unit/store/sample_state.h"

namespace prumo::store {
namespace {

TEST(DurableText, RestoresWhateverWasStored) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const DurableState state = random_state(seed);
    const auto restored = parse(to_text(state));
    ASSERT_TRUE(restored) << "seed " << seed;
    EXPECT_EQ(*restored, state) << "seed " << seed;
  }
}

TEST(DurableText, RestoresEachFieldByItself) {
  const std::string untouched = to_text(DurableState{});
  std::set<std::string> stored;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    DurableState filled = random_state(seed);
    int count = 0;
    each_field(filled, [&](const char*, auto&) { ++count; });
    for (int which = 0; which < count; ++which) {
      // All defaults but one field, which comes from the filled state.
      DurableState state = filled;
      const DurableState fresh;
      int at = 0;
      std::string name;
      const auto keep_one = [&](const char* n, auto& field) {
        if (at++ == which) {
          name = n;
        } else {
          field = {};
        }
      };
      each_field(state, keep_one);
      if (name != "admitted") state.admitted = true;
      ASSERT_EQ(parse(to_text(state)).value(), state) << name;
      if (!(state == fresh)) {
        EXPECT_NE(to_text(state), untouched) << name;
        stored.insert(name);
      }
    }
    EXPECT_EQ(count, 19);
  }
  EXPECT_EQ(stored.size(), 19U) << "some field never differed from its default";
}

TEST(DurableText, GivesDefaultsToFieldsThatAnOlderVersionDidNotWrite) {
  const auto state = parse(R"({"starts":7})");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->starts, 7U);
  EXPECT_TRUE(state->admitted);
}

TEST(DurableText, RefusesAFieldItDoesNotKnowAsNewer) {
  EXPECT_EQ(parse(R"({"starts":7,"wings":2})").error(), Unreadable::kNewer);
  EXPECT_EQ(parse(R"({"slot":{"colour":1}})").error(), Unreadable::kNewer);
}

TEST(DurableText, RefusesAnEnumeratorItDoesNotKnowAsNewer) {
  EXPECT_EQ(parse(R"({"slot":{"state":6}})").error(), Unreadable::kNewer);
  EXPECT_EQ(parse(R"({"unreported":[{"outcome":200}]})").error(), Unreadable::kNewer);
}

TEST(DurableText, RefusesWhatNoVersionWrote) {
  for (const char* text :
       {"", "null", "[]", "{", "7", R"({"starts":-1})", R"({"starts":4294967296})",
        R"({"starts":1.5})", R"({"starts":"7"})", R"({"starts":18446744073709551616})",
        R"({"admitted":1})", R"({"operator_needed":[["vm"]]})", R"({"operator_needed":{}})",
        R"({"barred":[1]})", R"({"cooldowns":[{"until":{"until_us":9223372036854775808}}]})"}) {
    const auto state = parse(text);
    ASSERT_FALSE(state) << text;
    EXPECT_EQ(state.error(), Unreadable::kBroken) << text;
  }
}

TEST(DurableText, StoresNamesThatAreNoUtf8RatherThanNothing) {
  DurableState state;
  state.slot.name = "web\xFF";
  const auto restored = parse(to_text(state));
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->slot.name, "web\xEF\xBF\xBD");
}

TEST(Checksum, ChangesWithAnyByte) {
  const std::string text = to_text(random_state(1));
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 2000); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_NE(checksum(damaged), checksum(text)) << i;
  }
}

}  // namespace
}  // namespace prumo::store
