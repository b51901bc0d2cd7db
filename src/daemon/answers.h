#pragma once
// What this host alone can say, for its own operators and for other hosts' questions.

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "src/daemon/journal.h"
#include "src/peer/status.h"

namespace prumo::daemon {

/// Called once, in the reactor, now or later.
using Respond = std::function<void(bool ok, nlohmann::json)>;

/// Why that is no member's name, with what to do; empty: it is one.
[[nodiscard]] std::string why_no_member(const Status&, const std::string& name);

class Answers {
 public:
  using Look = std::function<Status()>;

  Answers(Journal& journal, Look look) : journal_(journal), look_(std::move(look)) {}

  /// `what`: vms | migrations | explain | basis | why | events. An unknown one (a newer peer's) is answered with
  /// ok = false.
  void answer(const std::string& what, const std::string& argument, const Respond&);

 private:
  void migrations(const Respond&);
  void explain(const std::string& argument, const Respond&);
  void basis(const std::string& round, const Respond&);
  void why(const std::string& vm, const Respond&);

  Journal& journal_;
  Look look_;
};

}  // namespace prumo::daemon
