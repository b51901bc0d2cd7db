#include "src/wire/fields.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "src/peer/message.h"
#include "src/wire/reader.h"
#include "src/wire/unpack.h"
#include "src/wire/writer.h"

// Named: clang counts the fields of no type that has no linkage.
namespace prumo::wire::fields_test {

struct None {};
struct One {
  std::string only;
};
struct Mixed {
  std::optional<One> maybe;
  std::vector<One> list;
  std::map<HostId, std::uint32_t> map;
  One nested;
  double number = 0;
};
static_assert(kFieldCount<None> == 0);
static_assert(kFieldCount<One> == 1);
static_assert(kFieldCount<Mixed> == 5);
static_assert(kFieldCount<gossip::Summary> == 22);
static_assert(kFieldCount<gossip::Update> == 4);
static_assert(kFieldCount<election::Heartbeat> == 3);
static_assert(kFieldCount<policy::Explanation> == 9);

struct Older {
  std::uint32_t a = 1;
};
struct Newer {
  std::uint32_t a = 1;
  std::uint32_t b = 42;
};

std::string packed(const auto& value) {
  std::string bytes;
  Writer(bytes).write(value);
  return bytes;
}

/// Reads what a sender of minor `theirs` packed, where we are of minor `ours`.
template <class T>
tl::expected<T, Fault> unpacked(const std::string& bytes, std::uint8_t theirs = 0,
                                std::uint8_t ours = 0) {
  const auto object = unpack(bytes, {kListMost, kDepthMost});
  if (!object) return tl::unexpected(object.error());
  Reader reader(theirs, ours);
  T value;
  if (!reader.read(object->get(), value)) return tl::unexpected(reader.fault());
  return value;
}

TEST(Fields, AreReferencesInTheOrderOfDeclaration) {
  Mixed mixed;
  std::get<4>(fields_of(mixed)) = 2.5;
  std::get<3>(fields_of(mixed)).only = "x";
  EXPECT_EQ(mixed.number, 2.5);
  EXPECT_EQ(mixed.nested.only, "x");
}

TEST(Fields, OfEveryKindTravel) {
  const Mixed sent{One{"a"}, {{"b"}, {"c"}}, {{HostId("h1"), 1}, {HostId("h2"), 2}}, {"d"}, 0.5};
  const auto received = unpacked<Mixed>(packed(sent));
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->maybe->only, "a");
  EXPECT_EQ(received->list.at(1).only, "c");
  EXPECT_EQ(received->map, sent.map);
  EXPECT_EQ(received->nested.only, "d");
  EXPECT_EQ(received->number, 0.5);
}

TEST(Fields, OfAMapMustAscend) {
  const std::vector<std::vector<std::uint32_t>> twice{{5, 1}, {5, 2}};
  using Map = std::map<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(unpacked<Map>(packed(twice)).error(), Fault::kMalformed);
}

TEST(Fields, AppendedByAHigherMinorAreSkipped) {
  const auto received = unpacked<Older>(packed(Newer{7, 8}), 1, 0);
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->a, 7U);
}

TEST(Fields, UnknownToALowerMinorKeepTheirDefault) {
  const auto received = unpacked<Newer>(packed(Older{7}), 0, 1);
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->a, 7U);
  EXPECT_EQ(received->b, 42U);
}

TEST(Fields, OfOneMinorAreExactlyAsMany) {
  EXPECT_EQ(unpacked<Older>(packed(Newer{})).error(), Fault::kMalformed);
  EXPECT_EQ(unpacked<Newer>(packed(Older{})).error(), Fault::kMalformed);
  EXPECT_EQ(unpacked<Newer>(packed(Older{}), 1, 0).error(), Fault::kMalformed);
  EXPECT_EQ(unpacked<Older>(packed(Newer{}), 0, 1).error(), Fault::kMalformed);
}

}  // namespace prumo::wire::fields_test
