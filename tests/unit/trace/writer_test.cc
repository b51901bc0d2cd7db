#include "src/trace/writer.h"

#include <gtest/gtest.h>

#include "src/trace/reader.h"
#include "tests/support/scratch_folder.h"

namespace prumo::trace {
namespace {

class TraceWriter : public ::testing::Test {
 protected:
  const ScratchFolder scratch_;
  const std::string& folder_ = scratch_.path();
};

TEST_F(TraceWriter, WritesWhatTheReaderReadsAtAnyMoment) {
  auto writer = Writer::create(folder_ + "/new/trace");
  ASSERT_TRUE(writer) << writer.error().message;
  const HostRows h1{HostId("h1"), {4, 1000, 100}, {1.5, 200, 3}, {{VmId("a"), {0.5, 100, 1}, 90}}};
  const HostRows h2{HostId("h2"), {8, 2000, 100}, {0.25, 100, 0}, {}};
  ASSERT_TRUE(writer->step("2026-01-01T00:00:00.000Z", {h1}));
  ASSERT_TRUE(writer->comment("h2 is\nback"));
  ASSERT_TRUE(writer->step("2026-01-01T00:00:05.000Z", {h1, h2}));
  auto reader = Reader::open(folder_ + "/new/trace");
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->names().hosts, (std::vector<HostId>{HostId("h1"), HostId("h2")}));
  EXPECT_EQ(reader->names().capacities[1], (Resources{8, 2000, 100}));
  replay::Step step;
  ASSERT_TRUE(reader->next(step).value());
  ASSERT_EQ(step.samples.size(), 2U);
  EXPECT_EQ(step.samples[0].usage, (Resources{1.5, 200, 3}));
  EXPECT_EQ(step.samples[1].usage, (Resources{0.5, 100, 1}));
  EXPECT_EQ(step.samples[1].image_mib, 90);
  ASSERT_TRUE(reader->next(step).value());
  EXPECT_EQ(step.samples.size(), 3U);
  EXPECT_FALSE(reader->next(step).value());
}

TEST_F(TraceWriter, DoesNotReplaceATrace) {
  ASSERT_TRUE(Writer::create(folder_));
  EXPECT_EQ(Writer::create(folder_).error().message,
            folder_ + ": holds a trace already; name another folder, or remove that one");
}

TEST_F(TraceWriter, NamesThatWouldBreakALineAreMended) {
  auto writer = Writer::create(folder_);
  ASSERT_TRUE(
      writer->step("0", {{HostId("h1"), {4, 1, 1}, {1, 1, 1}, {{VmId("a,b \"c\""), {}, 0}}}}));
  auto reader = Reader::open(folder_);
  replay::Step step;
  ASSERT_TRUE(reader->next(step).value());
  EXPECT_EQ(reader->names().vms[0], VmId("a_b__c_"));
}

}  // namespace
}  // namespace prumo::trace
