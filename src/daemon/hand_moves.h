#pragma once
// `prumo migrate`, for whichever host is asked. The VM is looked for on all hosts, and the order is
// passed to the daemon of the one where it runs; that daemon puts it to its peer, and answers once
// the operation is stored. From then on it is an operation as every other: it goes on whatever
// becomes of who ordered it, and whoever wants to know asks for it by its id.

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/daemon/answers.h"
#include "src/daemon/gather.h"
#include "src/daemon/journal.h"
#include "src/daemon/questions.h"
#include "src/daemon/vm_wishes.h"

namespace prumo::daemon {

class HandMoves {
 public:
  struct Doors {
    std::function<Status()> status;
    std::function<void(Operator)> operate;
    /// How this host would migrate its VM, and what that would take.
    std::function<HandPlan(const VmId&, const std::string& words)> plan;
  };
  /// Asks this host and every one that can be reached.
  using Everyone = std::function<void(Instant now, const std::string& what, Gather::Done)>;

  HandMoves(Gather&, Questions&, Journal&, Doors, Everyone);

  /// `arguments`: VM, host, then KEY=VALUE of [migration], and `dry-run`.
  void migrate(Instant now, const std::vector<std::string>& arguments, const Respond&);
  /// How an operation stands. `arguments`: its id and the host that carries it out.
  void operation(const std::vector<std::string>& arguments, const Respond&);

  /// A question of another host's daemon, or of this one to itself: migrate | would-take |
  /// operation. False: it is none of these.
  bool answer(const std::string& what, const std::string& argument, const Respond&);

 private:
  struct Order {
    std::string vm;  ///< as the operator named it; its id once it has been found
    std::string to;
    std::string words;
    bool dry_run = false;
  };
  /// Puts a question to one host, be it this one.
  void ask(const HostId&, const std::string& what, const std::string& argument, const Respond&);
  void pass_on(const HostId& source, Order, const Respond&);
  /// What the source has said of a dry run, with the destination's word.
  void try_out(const HostId& source, const std::string& to, nlohmann::json said_by_source,
               const Respond&);
  void begin(const nlohmann::json& order, const Respond&);
  void would_take(const nlohmann::json& offer, const Respond&);
  void how_it_stands(const std::string& op, const Respond&);

  Gather& gather_;
  Questions& questions_;
  Journal& journal_;
  Doors doors_;
  Everyone everyone_;
};

}  // namespace prumo::daemon
