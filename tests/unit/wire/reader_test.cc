// What the reader lets pass, value by value.

#include "src/wire/reader.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "src/wire/unpack.h"

namespace prumo::wire {
namespace {

using std::string_literals::operator""s;

template <class T>
tl::expected<T, Fault> read(const std::string& bytes) {
  const auto object = unpack(bytes, {kListMost, kDepthMost});
  if (!object) return tl::unexpected(object.error());
  Reader reader(kMinor);
  T value{};
  if (!reader.read(object->get(), value)) return tl::unexpected(reader.fault());
  return value;
}
template <class T>
Fault fault_of(const std::string& bytes) {
  const auto value = read<T>(bytes);
  EXPECT_FALSE(value.has_value());
  return value ? Fault::kMagic : value.error();
}

std::string packed(double value) {
  std::string out = "\xCB";
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (unsigned shift = 64; shift > 0;) out += static_cast<char>((bits >> (shift -= 8U)) & 0xFFU);
  return out;
}

const std::string kMinusOne = "\xFF";
const std::string kAllOnes = "\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
const std::string kTrue = "\xC3";
const std::string kNil = "\xC0";

TEST(Reader, TakesFiniteQuantitiesThatAreNotNegative) {
  EXPECT_EQ(read<double>(packed(4096.5)), 4096.5);
  EXPECT_EQ(read<double>("\xCD\x10\x00"s), 4096.0) << "whole numbers travel as integers";
  EXPECT_EQ(read<double>("\xCA\x3F\x00\x00\x00"s), 0.5) << "single precision";
  EXPECT_EQ(read<double>(packed(1e15)), 1e15);
  EXPECT_EQ(fault_of<double>(packed(std::nan(""))), Fault::kRange);
  EXPECT_EQ(fault_of<double>(packed(HUGE_VAL)), Fault::kRange);
  EXPECT_EQ(fault_of<double>(packed(-HUGE_VAL)), Fault::kRange);
  EXPECT_EQ(fault_of<double>(packed(1.1e15)), Fault::kRange);
  EXPECT_EQ(fault_of<double>(packed(-0.5)), Fault::kRange);
  EXPECT_EQ(fault_of<double>(kMinusOne), Fault::kRange);
  EXPECT_EQ(fault_of<double>(kAllOnes), Fault::kRange);
  EXPECT_EQ(fault_of<double>("\xA1x"), Fault::kMalformed);
  EXPECT_EQ(fault_of<double>(kNil), Fault::kMalformed);
  EXPECT_EQ(fault_of<double>(kTrue), Fault::kMalformed);
}

TEST(Reader, TakesIntegersThatFit) {
  EXPECT_EQ(read<std::uint16_t>("\xCD\xFF\xFF"), 65535);
  EXPECT_EQ(fault_of<std::uint16_t>("\xCE\x00\x01\x00\x00"s), Fault::kRange);
  EXPECT_EQ(fault_of<std::uint64_t>(kMinusOne), Fault::kRange);
  EXPECT_EQ(read<std::uint64_t>(kAllOnes), ~std::uint64_t{0});
  EXPECT_EQ(read<std::int32_t>(kMinusOne), -1);
  EXPECT_EQ(fault_of<std::int32_t>(kAllOnes), Fault::kRange);
  EXPECT_EQ(fault_of<std::uint32_t>(kTrue), Fault::kMalformed);
  EXPECT_EQ(fault_of<std::uint32_t>(packed(1.5)), Fault::kMalformed);
}

TEST(Reader, TakesABoolOnlyFromABool) {
  EXPECT_EQ(read<bool>(kTrue), true);
  EXPECT_EQ(fault_of<bool>("\x01"), Fault::kMalformed);
  EXPECT_EQ(fault_of<bool>(kNil), Fault::kMalformed);
}

TEST(Reader, TakesCountersThatCanStillGrow) {
  EXPECT_EQ(read<Epoch>("\x05").value(), Epoch{5});
  EXPECT_EQ(read<Epoch>("\xCF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFE").value(), Epoch{kCounterMost});
  EXPECT_EQ(fault_of<Epoch>("\xCF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), Fault::kRange);
  EXPECT_EQ(fault_of<Version>(kAllOnes), Fault::kRange);
  EXPECT_EQ(read<RunId>(kAllOnes).value(), RunId{~std::uint64_t{0}}) << "a run is any 64 bits";
}

TEST(Reader, TakesMicrosAndDurationsWithinTheirBounds) {
  EXPECT_EQ(read<Micro>(kMinusOne).value(), Micro{-1});
  EXPECT_EQ(fault_of<Micro>("\xCF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), Fault::kRange);
  EXPECT_EQ(fault_of<Micro>("\xD3\x80\x00\x00\x00\x00\x00\x00\x00"s), Fault::kRange);
  EXPECT_EQ(read<Duration>("\x07").value(), Duration{7});
  EXPECT_EQ(fault_of<Duration>(kMinusOne), Fault::kRange);
  EXPECT_EQ(fault_of<Duration>("\xCF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), Fault::kRange);
}

TEST(Reader, TakesKnownEnumValues) {
  EXPECT_EQ(read<gossip::Standing>("\x03"), gossip::Standing::kLeft);
  EXPECT_EQ(fault_of<gossip::Standing>("\x04"), Fault::kRange);
  EXPECT_EQ(fault_of<gossip::Standing>(kMinusOne), Fault::kRange);
  EXPECT_EQ(fault_of<gossip::Standing>("\xCD\x01\x00"s), Fault::kRange) << "256 is not 0";
}

TEST(Reader, TakesIdsThatArePrintableAndShort) {
  EXPECT_EQ(read<VmId>("\xA2v1").value(), VmId("v1"));
  EXPECT_EQ(read<VmId>("\xA0").value(), VmId("")) << "none";
  EXPECT_EQ(fault_of<VmId>("\xA2v\n"), Fault::kRange);
  EXPECT_EQ(fault_of<VmId>("\xA2v\x7F"), Fault::kRange);
  EXPECT_EQ(fault_of<VmId>("\xA2v\0"s), Fault::kRange);
  EXPECT_EQ(fault_of<VmId>("\xA2v\xFF"), Fault::kRange) << "no UTF-8";
  EXPECT_EQ(read<VmId>("\xDA\x02\x00"s + std::string(512, 'v'))->value.size(), 512U);
  EXPECT_EQ(fault_of<VmId>("\xDA\x02\x01" + std::string(513, 'v')), Fault::kRange);
  EXPECT_EQ(fault_of<VmId>("\xC4\x02v1"), Fault::kMalformed) << "bytes";
  EXPECT_EQ(fault_of<VmId>("\x05"), Fault::kMalformed);
}

TEST(Reader, TakesNilForAnAbsentOptionalOnly) {
  EXPECT_EQ(read<std::optional<bool>>(kNil).value(), std::nullopt);
  EXPECT_EQ(read<std::optional<bool>>(kTrue).value(), true);
  EXPECT_EQ(fault_of<std::optional<bool>>("\x00"s), Fault::kMalformed);
}

TEST(Reader, TakesAListOnlyFromAnArray) {
  EXPECT_EQ(read<std::vector<Epoch>>("\x92\x01\x02")->size(), 2U);
  EXPECT_EQ(fault_of<std::vector<Epoch>>("\x92\x01\xC0"), Fault::kMalformed);
  EXPECT_EQ(fault_of<std::vector<Epoch>>("\x81\x01\x02"), Fault::kMalformed) << "map";
  EXPECT_EQ(fault_of<std::vector<Epoch>>(kNil), Fault::kMalformed);
}

}  // namespace
}  // namespace prumo::wire
