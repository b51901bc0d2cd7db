#include "src/cli/mover.h"
#include "src/cli/reading.h"

namespace prumo::cli {
namespace {

using nlohmann::json;

constexpr int kMostUnknownLooks = 100;  // looks in a row: a daemon may be restarting

class DaemonMover final : public Mover {
 public:
  DaemonMover(Asker& asker, Journey journey) : asker_(asker), journey_(std::move(journey)) {}

  Tried<void> start() override {
    std::vector<std::string> order{journey_.vm, journey_.to};
    order.insert(order.end(), journey_.settings.begin(), journey_.settings.end());
    const auto begun = asker_.ask("migrate", order);
    if (!begun) return tl::unexpected(begun.error());
    operation_ = text_of(*begun, "op");
    from_ = text_of(*begun, "from");
    return {};
  }

  Tried<std::optional<impact::Passage>> look() override {
    const auto answer = asker_.ask("operation", {operation_, from_});
    const std::string state = answer ? text_of(*answer, "state") : "";
    if (state == "running") unknown_ = 0;
    if (state == "ended") return passage_of(*answer);
    if (state == "running" || ++unknown_ < kMostUnknownLooks) return std::nullopt;
    if (!answer) return tl::unexpected(answer.error());
    return failure(kFailed, from_ + " does not tell how " + operation_ +
                                " stands; `prumo migrations` shows what became of it");
  }

 private:
  [[nodiscard]] impact::Passage passage_of(const json& ended) const {
    impact::Passage out;
    out.operation = operation_;
    out.from = from_;
    out.to = journey_.to;
    out.outcome = text_of(ended, "outcome", "?");
    out.reason = text_of(ended, "reason");
    const auto span = [&ended](const char* key, double unit_us) -> std::optional<Duration> {
      const double value = number_of(ended, key, -1);
      if (value < 0) return std::nullopt;
      return Duration(static_cast<Duration::rep>(value * unit_us));
    };
    out.total = span("total_s", 1e6);
    out.downtime = span("downtime_ms", 1e3);
    return out;
  }

  Asker& asker_;
  Journey journey_;
  std::string operation_;
  std::string from_;
  int unknown_ = 0;
};

}  // namespace

std::unique_ptr<Mover> daemon_mover(Asker& asker, const Journey& journey) {
  return std::make_unique<DaemonMover>(asker, journey);
}

}  // namespace prumo::cli
