#include "src/trace/reader.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace prumo::trace {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHostsHead = "host,cpu,memory,network";
constexpr std::string_view kSamplesHead = "time,host,vm,cpu,memory,network,image_mib";
constexpr std::size_t kMostHosts = 10'000;
constexpr std::size_t kMostVms = 1'000'000;
constexpr std::size_t kLongestName = 128;
constexpr Duration kNever = Duration::min();

/// Cuts a line at its commas; false when there are more or fewer than the array holds.
template <std::size_t N>
bool cut(std::string_view line, std::array<std::string_view, N>& cells) {
  for (std::size_t i = 0; i < N; ++i) {
    const std::size_t comma = line.find(',');
    if ((comma == std::string_view::npos) != (i + 1 == N)) return false;
    cells[i] = line.substr(0, comma);
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  }
  return true;
}

/// As it can be shown: short, and without what steers a terminal.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 40));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) c = '?';
  return "\"" + out + (text.size() > 40 ? "...\"" : "\"");
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == 0x7F;
         });
}

std::optional<double> amount_or_unknown(std::string_view text) {
  return text.empty() ? std::optional(0.0) : parse_amount(text);
}

}  // namespace

tl::unexpected<Error> Reader::wrong(const Lines& lines, const std::string& what) const {
  return fail(lines.path() + ":" + std::to_string(lines.number()) + ": " + what);
}

Result<Reader> Reader::open(const std::string& path) {
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const fs::path samples = folder ? fs::path(path) / "samples.csv" : fs::path(path);
  if (folder && !fs::exists(samples, error)) {
    if (fs::exists(fs::path(path) / "samples.csv.gz", error))
      return fail(path + ": samples.csv is still packed; unpack it with gunzip -k " +
                  (fs::path(path) / "samples.csv.gz").string());
    return fail(path + ": has no samples.csv; name the folder of a trace, or one CSV file");
  }
  auto lines = Lines::open(samples.string());
  if (!lines) return tl::unexpected(lines.error());
  Reader reader(std::move(*lines));
  const fs::path hosts = fs::path(path) / "hosts.csv";
  reader.names_.percent = !(folder && fs::exists(hosts, error));
  if (!reader.names_.percent) {
    auto capacities = Lines::open(hosts.string());
    if (!capacities) return tl::unexpected(capacities.error());
    if (const auto read = reader.read_hosts(std::move(*capacities)); !read)
      return tl::unexpected(read.error());
  }
  if (const auto head = reader.read_head(reader.lines_, kSamplesHead, "a trace"); !head)
    return tl::unexpected(head.error());
  return reader;
}

Result<Reader> Reader::of(std::string samples, std::optional<std::string> hosts) {
  Reader reader(Lines::of(std::move(samples), "samples.csv"));
  reader.names_.percent = !hosts;
  if (hosts) {
    if (const auto read = reader.read_hosts(Lines::of(std::move(*hosts), "hosts.csv")); !read)
      return tl::unexpected(read.error());
  }
  if (const auto head = reader.read_head(reader.lines_, kSamplesHead, "a trace"); !head)
    return tl::unexpected(head.error());
  return reader;
}

Result<void> Reader::read_head(Lines& lines, std::string_view expected, const char* what) {
  std::string_view line;
  for (;;) {
    const auto more = lines.next(line);
    if (!more) return tl::unexpected(more.error());
    if (!*more)
      return fail(lines.path() + ": is empty; the first line must be " + std::string(expected));
    if (!line.empty() && line.front() != '#') break;
  }
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (line != expected)
    return wrong(lines, shown(line) + " is not the head of " + what + "; it must be " +
                            std::string(expected));
  return {};
}

Result<void> Reader::read_hosts(Lines lines) {
  if (const auto head = read_head(lines, kHostsHead, "hosts.csv"); !head) return head;
  std::string_view line;
  for (;;) {
    const auto more = lines.next(line);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (line.empty() || line.front() == '#') continue;
    std::array<std::string_view, 4> cells;
    if (!cut(line, cells)) return wrong(lines, "must have 4 cells: " + std::string(kHostsHead));
    if (!is_name(cells[0]))
      return wrong(lines, shown(cells[0]) +
                              " is no host; use up to 128 characters without blanks and quotes");
    Resources capacity;
    for (std::size_t r = 0; r < kResources.size(); ++r) {
      const auto amount = amount_or_unknown(cells[r + 1]);
      if (!amount)
        return wrong(lines, std::string(name_of(kResources[r])) + " = " + shown(cells[r + 1]) +
                                " is no capacity; write a number from 0, or leave it empty");
      capacity[kResources[r]] = *amount;
    }
    if (names_.hosts.size() >= kMostHosts)
      return wrong(lines, "more than 10000 hosts; split the trace");
    if (!hosts_.emplace(cells[0], static_cast<replay::Index>(names_.hosts.size())).second)
      return wrong(lines, "host " + shown(cells[0]) + " is there twice; remove one");
    names_.hosts.emplace_back(std::string(cells[0]));
    names_.capacities.push_back(capacity);
    host_seen_.push_back(kNever);
  }
  if (names_.hosts.empty())
    return fail(lines.path() + ": names no host; list all, or remove the file");
  closed_ = true;
  return {};
}

Result<replay::Index> Reader::host(std::string_view text) {
  if (const auto it = hosts_.find(text); it != hosts_.end()) return it->second;
  if (!is_name(text))
    return wrong(lines_,
                 shown(text) + " is no host; use up to 128 characters without blanks and quotes");
  if (closed_) return wrong(lines_, "host " + shown(text) + " is not in hosts.csv; add it there");
  if (names_.hosts.size() >= kMostHosts)
    return wrong(lines_, "more than 10000 hosts; split the trace");
  const auto index = static_cast<replay::Index>(names_.hosts.size());
  hosts_.emplace(text, index);
  names_.hosts.emplace_back(std::string(text));
  names_.capacities.push_back({100, 100, 100});
  host_seen_.push_back(kNever);
  return index;
}

Result<replay::Index> Reader::vm(std::string_view text) {
  if (text.empty()) return replay::kHostItself;
  if (const auto it = vms_.find(text); it != vms_.end()) return it->second;
  if (!is_name(text))
    return wrong(lines_,
                 shown(text) + " is no VM; use up to 128 characters without blanks and quotes");
  if (names_.vms.size() >= kMostVms) return wrong(lines_, "more than 1000000 VMs; split the trace");
  const auto index = static_cast<replay::Index>(names_.vms.size());
  vms_.emplace(text, index);
  names_.vms.emplace_back(std::string(text));
  vm_seen_.push_back(kNever);
  return index;
}

/// Nothing is there twice at one moment, and no VM on two hosts.
Result<void> Reader::once() {
  const replay::Sample& s = row_.sample;
  const bool itself = s.vm == replay::kHostItself;
  Duration& seen = itself ? host_seen_[s.host] : vm_seen_[s.vm];
  if (seen == row_.time.time)
    return wrong(lines_, (itself ? "host " + shown(names_.hosts[s.host].value)
                                 : "VM " + shown(names_.vms[s.vm].value)) +
                             " is there twice at " + row_.label + "; keep one row");
  seen = row_.time.time;
  return {};
}

Result<void> Reader::take_time(std::string_view text) {
  if (begun_ && text == time_text_) return {};
  const auto time = parse_time(text);
  if (!time)
    return wrong(lines_,
                 shown(text) + " is no time; write seconds, HH:MM:SS or 2011-03-03T16:17:51Z");
  if (begun_ && time->form != form_)
    return wrong(lines_, "time " + shown(text) +
                             " is written otherwise than those before; keep to one form");
  if (begun_ && time->time < row_.time.time)
    return wrong(
        lines_,
        "time " + shown(text) + " comes after " + shown(time_text_) + "; order the rows by time" +
            (form_ == TimeForm::kClock ? ", or write dates when the trace passes midnight" : ""));
  begun_ = true;
  form_ = time->form;
  time_text_ = text;
  if (row_.label.empty() || time->time != row_.time.time) row_.label = time_text_;
  row_.time = *time;
  return {};
}

Result<void> Reader::parse_row(std::string_view line) {
  std::array<std::string_view, 7> cells;
  if (!cut(line, cells)) return wrong(lines_, "must have 7 cells: " + std::string(kSamplesHead));
  if (const auto placed = take_time(cells[0]); !placed) return placed;
  const auto on = host(cells[1]);
  if (!on) return tl::unexpected(on.error());
  const auto what = vm(cells[2]);
  if (!what) return tl::unexpected(what.error());
  row_.sample = {*on, *what, {}, 0};
  static constexpr std::array<const char*, 4> kColumns{"cpu", "memory", "network", "image_mib"};
  std::array<double, 4> amounts{};
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    const auto amount = amount_or_unknown(cells[i + 3]);
    if (!amount)
      return wrong(lines_, std::string(kColumns[i]) + " = " + shown(cells[i + 3]) +
                               " is no amount; write a number from 0, or leave it empty");
    amounts[i] = *amount;
  }
  row_.sample.usage = {amounts[0], amounts[1], amounts[2]};
  row_.sample.image_mib = amounts[3];
  return once();
}

Result<bool> Reader::read_row() {
  std::string_view line;
  for (;;) {
    const auto more = lines_.next(line);
    if (!more) return tl::unexpected(more.error());
    if (!*more) return false;
    if (line.empty() || line.front() == '#') continue;
    if (const auto parsed = parse_row(line); !parsed) return tl::unexpected(parsed.error());
    return true;
  }
}

Result<bool> Reader::next(replay::Step& step) {
  step.samples.clear();
  if (!pending_) {
    const bool first = !begun_;
    const auto more = read_row();
    if (!more) return more;
    if (!*more && first)
      return fail(lines_.path() + ": holds no sample; a row follows the head for each host or VM");
    if (!*more) return false;
  }
  pending_ = false;
  step.time = row_.time.time;
  step.label = row_.label;
  for (;;) {
    step.samples.push_back(row_.sample);
    const auto more = read_row();
    if (!more) return more;
    if (!*more) return true;
    if (row_.time.time != step.time) {
      pending_ = true;
      return true;
    }
  }
}

}  // namespace prumo::trace
