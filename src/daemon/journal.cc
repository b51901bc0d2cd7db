#include "src/daemon/journal.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "src/daemon/basis.h"
#include "src/daemon/clock.h"

namespace prumo::daemon {
namespace {
constexpr std::size_t kRecent = 256;
constexpr std::size_t kEventsInAnAnswer = 64;
/// More than this waits only while the disk hangs; further entries are in the log only.
constexpr std::size_t kMostWaiting = 4096;
/// Further ones find nothing, so that questions leave room for what is to be written.
constexpr std::size_t kMostLooking = 256;
/// Five lines of a kind in a second, 500 at once.
constexpr transport::Allowance::Price kLinePrice{200ms, std::chrono::nanoseconds{0}, 100s};

spdlog::level::level_enum log_level(Level level) {
  switch (level) {
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}
}  // namespace

Journal::Journal(HostId self, RunId run, store::History& history, Inbox& inbox)
    : self_(std::move(self)), run_(std::to_string(run.value)), history_(history), inbox_(inbox) {}

void Journal::add(const Note& note) {
  if (const auto* weighed = std::get_if<note::Weighed>(&note)) return keep(*weighed);
  add(word(note));
}

void Journal::keep(const note::Weighed& weighed) {
  if (worker_.waiting() >= kMostWaiting) return;
  worker_.run(
      [this, weighed, time = unix_ms()] { history_.keep(basis_of(weighed, self_.value, time)); });
}

void Journal::say(Level level, const std::string& kind, const std::string& text) {
  add(Line{level, kind, "", text, nullptr});
}

void Journal::add(const Line& line) {
  ++counts_[line.kind];
  Pace& pace = paces_[line.kind];
  if (!pace.allowance.take(kLinePrice, 0, transport::Allowance::Clock::now())) {
    ++pace.left_out;
    return;
  }
  const std::uint64_t left_out = std::exchange(pace.left_out, 0);
  if (left_out > 0)
    log(Level::kWarning,
        std::to_string(left_out) + " more lines of \"" + line.kind + "\" were left out");
  const std::int64_t time = unix_ms();
  log(line.level, line.kind + (line.subject.empty() ? "" : " ") + line.subject + ": " + line.text);
  recent_.push_back({{"time", iso_time(time)},
                     {"host", self_.value},
                     {"kind", line.kind},
                     {"subject", line.subject},
                     {"text", line.text}});
  ++next_;
  if (recent_.size() > kRecent) recent_.pop_front();
  if (worker_.waiting() >= kMostWaiting) return;
  nlohmann::json data = line.data.is_null() ? nlohmann::json::object() : line.data;
  data["by"] = self_.value;
  data["time"] = iso_time(time);
  store::HistoryEntry entry{time, line.kind, line.subject, line.text, to_text(data)};
  worker_.run([this, entry = std::move(entry)] {
    history_.add(entry);
    const std::string trouble = history_.trouble();
    if (trouble == told_) return;
    told_ = trouble;
    if (!trouble.empty()) spdlog::warn("history: {}", trouble);
  });
}

void Journal::log(Level level, std::string text) {
  if (log_.waiting() >= kMostWaiting) {
    ++unlogged_;
    return;
  }
  if (const std::uint64_t lost = std::exchange(unlogged_, 0); lost > 0)
    log(Level::kWarning, std::to_string(lost) + " lines were lost while the log took none");
  log_.run([level, text = std::move(text), at = spdlog::log_clock::now()] {
    spdlog::default_logger_raw()->log(at, spdlog::source_loc{}, log_level(level), text);
  });
}

bool Journal::flush(Duration timeout) {
  const bool kept = worker_.wait_idle(timeout);
  if (!kept) log(Level::kWarning, "stopped while the history was being written");
  return log_.wait_idle(timeout) && kept;
}

nlohmann::json Journal::events_after(const std::string& cursor) const {
  const std::uint64_t oldest = next_ - recent_.size();
  std::uint64_t from = next_;
  if (cursor.starts_with(run_ + ":"))
    std::from_chars(cursor.data() + run_.size() + 1, cursor.data() + cursor.size(), from);
  else if (!cursor.empty())
    from = oldest;  // the daemon was restarted since
  from = std::clamp(from, oldest, next_);
  const std::uint64_t to = std::min<std::uint64_t>(next_, from + kEventsInAnAnswer);
  nlohmann::json events = nlohmann::json::array();
  for (std::uint64_t i = from; i < to; ++i)
    events.push_back(recent_[static_cast<std::size_t>(i - oldest)]);
  return {{"cursor", run_ + ":" + std::to_string(to)}, {"events", std::move(events)}};
}

void Journal::find_basis(std::string round, std::function<void(std::optional<store::Basis>)> done) {
  if (worker_.waiting() >= kMostLooking) return done(std::nullopt);
  worker_.run([this, round = std::move(round), done = std::move(done)]() mutable {
    inbox_.post([basis = history_.basis_of(round), done = std::move(done)] { done(basis); });
  });
}

void Journal::find(std::vector<std::string> kinds, std::string subject, std::size_t most, Make make,
                   Made done, std::string mention) {
  if (worker_.waiting() >= kMostLooking) return done(make({}));
  worker_.run([this, kinds = std::move(kinds), subject = std::move(subject), most,
               make = std::move(make), done = std::move(done),
               mention = std::move(mention)]() mutable {
    std::vector<store::HistoryEntry> found;
    for (const std::string& kind : kinds)
      for (auto& entry : history_.find(kind, subject, most, mention))
        found.push_back(std::move(entry));
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.unix_ms > b.unix_ms; });
    if (found.size() > most) found.resize(most);
    inbox_.post([made = make(found), done = std::move(done)]() mutable { done(std::move(made)); });
  });
}

}  // namespace prumo::daemon
