#include "src/trace/reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace prumo::trace {
namespace {

namespace fs = std::filesystem;

const std::string kHead = "time,host,vm,cpu,memory,network,image_mib\n";

struct Taken {
  std::vector<replay::Step> steps;
  replay::Names names;
  std::string error;
};

Taken take(const std::string& samples, std::optional<std::string> hosts = std::nullopt) {
  Taken taken;
  auto reader = Reader::of(samples, std::move(hosts));
  if (!reader) {
    taken.error = reader.error().message;
    return taken;
  }
  replay::Step step;
  for (;;) {
    const auto more = reader->next(step);
    if (!more) taken.error = more.error().message;
    if (!more || !*more) break;
    taken.steps.push_back(step);
  }
  taken.names = reader->names();
  return taken;
}

TEST(Trace, IsReadMomentByMoment) {
  const Taken t = take(
      "# by hand\n" + kHead + "0,h1,,1.5,100,10,\n0,h1,a,1,50,,512\n# later\n\n300,h2,b,2,,,64\n",
      "host,cpu,memory,network\nh1,4,1000,\nh2,8,2000,500\n");
  ASSERT_EQ(t.error, "");
  ASSERT_EQ(t.steps.size(), 2U);
  EXPECT_EQ(t.steps[0].time, 0s);
  ASSERT_EQ(t.steps[0].samples.size(), 2U);
  EXPECT_EQ(t.steps[0].samples[0].vm, replay::kHostItself);
  EXPECT_EQ(t.steps[0].samples[0].usage, (Resources{1.5, 100, 10}));
  EXPECT_EQ(t.steps[0].samples[1].usage, (Resources{1, 50, 0})) << "an empty cell is 0";
  EXPECT_EQ(t.steps[0].samples[1].image_mib, 512);
  EXPECT_EQ(t.steps[1].time, 300s);
  EXPECT_EQ(t.names.hosts[t.steps[1].samples[0].host], HostId("h2"));
  EXPECT_EQ(t.names.capacities[1], (Resources{8, 2000, 500}));
  EXPECT_FALSE(t.names.percent);
}

TEST(Trace, WithoutCapacitiesIsInPercent) {
  const Taken t = take(kHead + "16:18:52,59,,94.9,,,\n");
  ASSERT_EQ(t.error, "");
  EXPECT_TRUE(t.names.percent);
  EXPECT_EQ(t.names.capacities[0], (Resources{100, 100, 100}));
}

TEST(Trace, TakesLinesOfWindowsAndAFileWithoutALastNewline) {
  const Taken t = take("time,host,vm,cpu,memory,network,image_mib\r\n0,h,,1,,,\r\n5,h,,2,,,");
  EXPECT_EQ(t.error, "");
  EXPECT_EQ(t.steps.size(), 2U);
}

TEST(Trace, ErrorsNameFileLineWhatAndWhatToDo) {
  const std::string hosts = "host,cpu,memory,network\nh1,4,1,1\n";
  const auto error = [](const std::string& rows) { return take(kHead + rows).error; };
  EXPECT_EQ(take("").error,
            "samples.csv: is empty; the first line must be "
            "time,host,vm,cpu,memory,network,image_mib");
  EXPECT_EQ(take("time,host\n").error,
            "samples.csv:1: \"time,host\" is not the head of a trace; it must be "
            "time,host,vm,cpu,memory,network,image_mib");
  EXPECT_EQ(take(kHead).error,
            "samples.csv: holds no sample; a row follows the head for each host or VM");
  EXPECT_EQ(error("0,h,,1,,\n"),
            "samples.csv:2: must have 7 cells: time,host,vm,cpu,memory,network,image_mib");
  EXPECT_EQ(error("0,h,,1,,,,\n").substr(0, 29), "samples.csv:2: must have 7 ce");
  EXPECT_EQ(error("noon,h,,1,,,\n"),
            "samples.csv:2: \"noon\" is no time; write seconds, HH:MM:SS or 2011-03-03T16:17:51Z");
  EXPECT_EQ(error("5,h,,1,,,\n0,h,,1,,,\n"),
            "samples.csv:3: time \"0\" comes after \"5\"; order the rows by time");
  EXPECT_EQ(error("23:59:59,h,,1,,,\n00:00:04,h,,1,,,\n"),
            "samples.csv:3: time \"00:00:04\" comes after \"23:59:59\"; order the rows by time, or "
            "write dates when the trace passes midnight");
  EXPECT_EQ(error("0,h,,1,,,\n00:00:05,h,,1,,,\n"),
            "samples.csv:3: time \"00:00:05\" is written otherwise than those before; keep to one "
            "form");
  for (const char* bad : {"-1", "nan", "inf", "1e400", "1x", " 1", "0x1p3", "-0"})
    EXPECT_EQ(error("0,h,," + std::string(bad) + ",,,\n"),
              "samples.csv:2: cpu = \"" + std::string(bad) +
                  "\" is no amount; write a number from 0, or leave it empty");
  EXPECT_EQ(error("0,,,1,,,\n"),
            "samples.csv:2: \"\" is no host; use up to 128 characters without blanks and quotes");
  EXPECT_EQ(error("0,h,\"v\",1,,,\n").substr(0, 30), "samples.csv:2: \"\"v\"\" is no VM;");
  EXPECT_EQ(error("0,h,v,1,,,\n0,g,v,1,,,\n"),
            "samples.csv:3: VM \"v\" is there twice at 0; keep one row");
  EXPECT_EQ(error("0,h,,1,,,\n0,h,,2,,,\n"),
            "samples.csv:3: host \"h\" is there twice at 0; keep one row");
  EXPECT_EQ(take(kHead + "0,h9,,1,,,\n", hosts).error,
            "samples.csv:2: host \"h9\" is not in hosts.csv; add it there");
  EXPECT_EQ(take(kHead, "host,cpu,memory,network\n").error,
            "hosts.csv: names no host; list all, or remove the file");
  EXPECT_EQ(take(kHead, hosts + "h1,4,1,1\n").error,
            "hosts.csv:3: host \"h1\" is there twice; remove one");
  EXPECT_EQ(take(kHead, "host,cpu,memory,network\nh1,four,1,1\n").error,
            "hosts.csv:2: cpu = \"four\" is no capacity; write a number from 0, or leave it empty");
  EXPECT_EQ(error("0,h,," + std::string(5000, '1') + ",,,\n"),
            "samples.csv:2: longer than 4096 bytes; is this a trace?");
}

TEST(Trace, ErrorsShowNoControlCharacters) {
  const std::string error = take(kHead + "\x1b[2J,h,,1,,,\n").error;
  EXPECT_EQ(error.find('\x1b'), std::string::npos) << error;
}

TEST(TraceTime, HasThreeForms) {
  EXPECT_EQ(parse_time("12.5")->time, 12500ms);
  EXPECT_EQ(parse_time("16:17:51")->time, 16h + 17min + 51s);
  EXPECT_EQ(parse_time("00:00:00.25")->time, 250ms);
  EXPECT_EQ(parse_time("1970-01-02T00:00:01Z")->time, 24h + 1s);
  EXPECT_EQ(parse_time("1970-01-01T01:00:00+01:00")->time, 0s);
  EXPECT_EQ(parse_time("2024-02-29T00:00:00Z")->time - parse_time("2024-02-28T00:00:00Z")->time,
            24h);
  for (const char* bad : {"", "x", "-5", "24:00:00", "1:2:3", "12:60:00", "2023-02-29T00:00:00Z",
                          "2023-02-28T", "2023-02-28T00:00:00Zx", "1e300", "00:00:00."})
    EXPECT_FALSE(parse_time(bad)) << bad;
}

class TraceFiles : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(fs::path(folder_) / name) << text;
  }
  const ScratchFolder scratch_;
  const std::string& folder_ = scratch_.path();
};

TEST_F(TraceFiles, AreAFolderOrOneFile) {
  write("samples.csv", kHead + "0,h1,,1,,,\n");
  EXPECT_TRUE(Reader::open(folder_)->names().percent);
  write("hosts.csv", "host,cpu,memory,network\nh1,4,1,1\n");
  EXPECT_FALSE(Reader::open(folder_)->names().percent);
  EXPECT_TRUE(Reader::open(folder_ + "/samples.csv")->names().percent);
}

TEST_F(TraceFiles, LongerThanABlockAreReadToTheirEnd) {
  std::string text = kHead;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",h1,,1.25,2.5,3.75,\n";
  write("samples.csv", text);
  auto reader = Reader::open(folder_);
  ASSERT_TRUE(reader);
  replay::Step step;
  int steps = 0;
  while (reader->next(step).value()) {
    ASSERT_EQ(step.samples.size(), 1U);
    ASSERT_EQ(step.time, std::chrono::seconds(steps++));
  }
  EXPECT_EQ(steps, 100'000);
  EXPECT_EQ(reader->progress(), 1);
}

TEST_F(TraceFiles, ThatAreMissingAreSaid) {
  EXPECT_EQ(Reader::open(folder_ + "/none").error().message,
            folder_ + "/none: No such file or directory; name a trace, a folder or one CSV file");
  EXPECT_EQ(Reader::open(folder_).error().message,
            folder_ + ": has no samples.csv; name the folder of a trace, or one CSV file");
  write("samples.csv.gz", "x");
  EXPECT_EQ(Reader::open(folder_).error().message,
            folder_ + ": samples.csv is still packed; unpack it with gunzip -k " + folder_ +
                "/samples.csv.gz");
}

}  // namespace
}  // namespace prumo::trace
