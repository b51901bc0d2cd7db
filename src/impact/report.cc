#include "src/impact/report.h"

#include <algorithm>

namespace prumo::impact {
namespace {

constexpr Duration kAftermath = 1s;

}  // namespace

Report report_of(const std::vector<Request>& requests, Window run,
                 const std::vector<Passage>& passages, Duration service_level) {
  Report out;
  out.whole = statistics_of(requests, run, service_level);
  out.silence = longest_silence(requests, run);
  out.punctuality = punctuality_of(requests);
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const Window window = passages[i].window;
    const Duration begin = i == 0 ? run.begin : passages[i - 1].window.end;
    const Duration end = i + 1 < passages.size() ? passages[i + 1].window.begin : run.end;
    const auto in = [&](Duration from, Duration to) {
      return statistics_of(requests, {from, to}, service_level);
    };
    out.passages.push_back(
        {passages[i], in(begin, window.begin), in(window.begin, window.end), in(window.end, end),
         longest_silence(requests, {window.begin, std::min(window.end + kAftermath, end)})});
  }
  return out;
}

}  // namespace prumo::impact
