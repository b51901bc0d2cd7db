#include "src/probe/prober.h"

#include <gtest/gtest.h>

#include <set>

#include "src/impact/statistics.h"
#include "src/probe/saturation.h"
#include "src/probe/trivial_server.h"

namespace prumo::probe {
namespace {

/// Answers nothing while it is silent, and everything that waits once it is not.
class Moody final : public Probe {
 public:
  explicit Moody(std::atomic<bool>& silent) : silent_(silent) {}
  Result<void> send(RequestNumber number) override {
    waiting_.insert(number);
    return {};
  }
  void wait(Duration at_most, const OnEnd& on_end) override {
    std::this_thread::sleep_for(std::clamp<Duration>(at_most, 0ms, 5ms));
    if (silent_) return;
    const auto all = std::exchange(waiting_, {});
    for (const RequestNumber number : all) on_end(number, "");
  }
  void give_up(RequestNumber number) override { waiting_.erase(number); }

 private:
  std::atomic<bool>& silent_;
  std::set<RequestNumber> waiting_;
};

void until(const Prober& prober, Duration t) {
  while (prober.now() < t) std::this_thread::yield();
}

TEST(Prober, ChargesASilenceWithEveryRequestThatWasDueInIt) {
  std::atomic<bool> silent{false};
  Prober prober(std::make_unique<Moody>(silent), {200, 10s});
  until(prober, 100ms);
  silent = true;
  const Duration begin = prober.now();
  until(prober, begin + 400ms);
  const Duration end = prober.now();
  silent = false;
  until(prober, end + 100ms);
  const Record record = prober.finish();
  // One at a time would have sent a single request in the silence.
  const impact::Window silence{begin + 10ms, end};
  const auto s = impact::statistics_of(record.requests, silence, 1ms);
  EXPECT_NEAR(static_cast<double>(s.offered), 200 * seconds(silence.span()), 2);
  ASSERT_TRUE(s.response_time.most);
  EXPECT_GT(*s.response_time.most, 380ms);
  EXPECT_GT(*s.response_time.p50, 100ms);
  for (const impact::Request& r : record.requests) {
    EXPECT_TRUE(r.answered());
    EXPECT_LE(r.due, r.sent);
    EXPECT_LE(r.sent, r.ended);
  }
}

TEST(Prober, GivesUpWhatIsNotAnswered) {
  std::atomic<bool> silent{true};
  Prober prober(std::make_unique<Moody>(silent), {100, 100ms});
  until(prober, 150ms);
  const Record record = prober.finish();
  ASSERT_GE(record.requests.size(), 15U);
  for (const impact::Request& r : record.requests) {
    EXPECT_EQ(r.outcome, impact::Outcome::kUnanswered);
    EXPECT_GE(r.response_time(), 100ms);
  }
}

Record run_for(const std::string& url, Duration span, double rate = 100) {
  auto probe = make_probe(*parse_target(url));
  EXPECT_TRUE(probe);
  Prober prober(std::move(*probe), {rate, 10s});
  until(prober, span);
  return prober.finish();
}

class Protocols : public testing::TestWithParam<Protocol> {};

TEST_P(Protocols, AreSpokenWithAServer) {
  auto server = serve_trivially(GetParam());
  ASSERT_TRUE(server);
  const Record record = run_for((*server)->url(), 300ms);
  EXPECT_GE(record.requests.size(), 30U);
  EXPECT_TRUE(record.errors.empty());
  for (const impact::Request& r : record.requests) EXPECT_TRUE(r.answered());
}

TEST_P(Protocols, TellOfAPortOnWhichNobodyListens) {
  std::string url;
  {
    auto server = serve_trivially(GetParam());
    ASSERT_TRUE(server);
    url = (*server)->url();
  }
  const Record record = run_for(url, 100ms);
  ASSERT_EQ(record.errors.size(), 1U);
  EXPECT_EQ(record.errors.begin()->second, record.requests.size());
  for (const impact::Request& r : record.requests) EXPECT_EQ(r.outcome, impact::Outcome::kRefused);
}

INSTANTIATE_TEST_SUITE_P(Each, Protocols, testing::Values(Protocol::kHttp, Protocol::kUdp));

TEST(Commands, AnswerByTheirExitCode) {
  const Record good = run_for("true", 200ms, 20);
  EXPECT_GE(good.requests.size(), 4U);
  EXPECT_TRUE(good.errors.empty());
  const Record bad = run_for("exit 3", 200ms, 20);
  ASSERT_EQ(bad.errors.size(), 1U);
  EXPECT_EQ(bad.errors.begin()->first, "exit code 3");
}

TEST(Commands, ThatHangAreEndedWithWhateverTheyStarted) {
  auto probe = make_probe(*parse_target("sleep 600 & sleep 600"));
  ASSERT_TRUE(probe);
  Prober prober(std::move(*probe), {20, 100ms});
  until(prober, 200ms);
  const Record record = prober.finish();  // returns at all
  for (const impact::Request& r : record.requests)
    EXPECT_EQ(r.outcome, impact::Outcome::kUnanswered);
}

TEST(Probe, OfAHostThatIsNoneIsRefusedAtOnce) {
  EXPECT_FALSE(make_probe(*parse_target("udp://no-such-host.invalid:7")));
}

TEST(Saturation, TriesNothingAboveTheMost) {
  const auto found = saturation_of(Protocol::kUdp, 10, 20);
  ASSERT_TRUE(found);
  EXPECT_LE(found->kept_per_s, 20);
  EXPECT_EQ(found->reached, found->kept_per_s < 20);
}

}  // namespace
}  // namespace prumo::probe
