#pragma once
// What gossip does not carry is asked of the others. One question goes to several hosts; the
// answers are handed on when all are there, or after half a second with the list of who did not
// answer.

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/core/time.h"
#include "src/peer/message.h"

namespace prumo::daemon {

struct Gathered {
  std::map<HostId, nlohmann::json> answers;
  std::vector<HostId> unanswered;
};

class Gather {
 public:
  using Send = std::function<void(const HostId&, Query)>;
  using Done = std::function<void(Gathered)>;

  explicit Gather(Send send) : send_(std::move(send)) {}

  /// At most 8192 questions wait at a time; a further one is done at once, with nobody's answer.
  void ask(Instant now, const std::set<HostId>& whom, const std::string& what,
           const std::string& argument, Done done);
  /// One that was not asked, or that comes late, is ignored.
  void on_answer(const HostId& from, const Answer&);
  void expire(Instant now);
  [[nodiscard]] Instant next_deadline() const;

 private:
  struct Pending {
    std::set<HostId> missing;
    Gathered gathered;
    Instant until;
    Done done;
  };
  void finish(std::map<std::uint64_t, Pending>::iterator);

  Send send_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t last_id_ = 0;
};

}  // namespace prumo::daemon
