#pragma once
// Reads a trace, moment by moment: a folder with samples.csv and, if capacities are known,
// hosts.csv; or one CSV file in the format of samples.csv.
//
//     hosts.csv     host,cpu,memory,network                       cores, MiB, Mbit/s
//     samples.csv   time,host,vm,cpu,memory,network,image_mib     ordered by time
//
// Without hosts.csv every host has 100 of each: percent. A row with an empty vm is of the host as a
// whole. Empty cells are 0, lines that begin with # are comments. What is not so is an error of one
// line with file, line, what, and what to do; nothing is guessed.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/core/result.h"
#include "src/replay/trace.h"
#include "src/trace/lines.h"
#include "src/trace/time_text.h"

namespace prumo::trace {

class Reader {
 public:
  static Result<Reader> open(const std::string& path);
  /// For tests and fuzzing: the text of samples.csv, and of hosts.csv when there is one.
  static Result<Reader> of(std::string samples, std::optional<std::string> hosts = std::nullopt);

  /// Takes the rows of the next moment; false when there are no more. A trace without any row is an
  /// error.
  Result<bool> next(replay::Step&);
  [[nodiscard]] const replay::Names& names() const { return names_; }
  [[nodiscard]] double progress() const { return lines_.progress(); }
  [[nodiscard]] TimeForm form() const { return form_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using Index = std::unordered_map<std::string, replay::Index, Hash, std::equal_to<>>;
  struct Row {
    TraceTime time;
    std::string label;
    replay::Sample sample;
  };

  explicit Reader(Lines lines) : lines_(std::move(lines)) {}
  Result<void> read_hosts(Lines);
  Result<void> read_head(Lines&, std::string_view expected, const char* what);
  /// The next row that counts; false at the end.
  Result<bool> read_row();
  Result<void> parse_row(std::string_view line);
  Result<void> take_time(std::string_view text);
  Result<replay::Index> host(std::string_view text);
  Result<replay::Index> vm(std::string_view text);
  Result<void> once();
  [[nodiscard]] tl::unexpected<Error> wrong(const Lines&, const std::string& what) const;

  Lines lines_;
  replay::Names names_;
  Index hosts_;
  Index vms_;
  bool closed_ = false;  ///< hosts.csv has named all hosts
  bool begun_ = false;
  bool pending_ = false;  ///< `row_` has been read and belongs to the next moment
  TimeForm form_ = TimeForm::kSeconds;
  std::string time_text_;  ///< of the last row, so that equal times are parsed once
  Row row_;
  std::vector<Duration> host_seen_;  ///< when a host had a row of its own last
  std::vector<Duration> vm_seen_;
};

}  // namespace prumo::trace
