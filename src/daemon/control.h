#pragma once
// Answers the control socket for the whole cluster, whether it has a coordinator or not: from what
// gossip carries, and from what the other hosts say within half a second. A question that changes
// something needs an operator's key.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/parameters.h"
#include "src/daemon/answers.h"
#include "src/daemon/gather.h"
#include "src/daemon/hand_moves.h"
#include "src/daemon/questions.h"
#include "src/transport/transport.h"
#include "src/wire/codec.h"

namespace prumo::daemon {

class Control {
 public:
  struct Doors {
    std::function<Status()> status;
    std::function<void(Operator)> operate;
    std::function<void(IncomingAsked)> ask_in;
    std::function<bool(const transport::Client&, const wire::Reply&)> reply;
    std::function<nlohmann::json()> counters;
    std::function<nlohmann::json()> refused;              ///< see Ledger
    std::function<void(const std::string& what)> refuse;  ///< what a client may not do
    /// See HandMoves::Doors.
    std::function<HandPlan(const VmId&, const std::string& words)> plan;
  };

  Control(std::string cluster, policy::Parameters, Answers&, Gather&, Journal&, Doors);

  void on_ask(Instant now, const transport::Client&, transport::Role, const wire::Ask&);
  /// A question of another host's daemon on the mesh.
  void on_query(const Query&, const std::function<void(Answer)>& answer);
  /// The peer's word on a question that was put to it.
  void on_verdict(const Verdict& verdict) { questions_.answer(verdict); }
  /// Feeds the event streams, and tells how far a pause is spread.
  void turn(Instant now);
  [[nodiscard]] Instant next_deadline() const;

 private:
  struct Stream {
    transport::Client client;
    std::uint64_t id = 0;
    std::map<HostId, std::string> cursors;
    Instant next;
    Instant alive;
  };

  /// A pause, or its end, that is stored here and travels to the others.
  struct Spreading {
    gossip::Pause pause;
    Respond respond;
    Instant until;
  };

  /// This host's answer and every live host's, together.
  void everyone(Instant now, const std::string& what, const std::string& argument, Gather::Done);
  void status(Instant now, bool with_decision, const Respond&);
  void vms(Instant now, const Respond&);
  void figures(Instant now, const Respond&);
  void migrations(Instant now, const Respond&);
  void explain(Instant now, const std::vector<std::string>& arguments, const Respond&);
  void basis(Instant now, const std::string& round, const Respond&);
  void why(Instant now, const std::string& vm, const Respond&);
  void operate(Instant now, const wire::Ask&, const Respond&);
  void incoming(Instant now, const std::vector<std::string>& arguments, const Respond&);
  void set_pause(Instant now, bool on, const Respond&);
  [[nodiscard]] bool told_spread(Instant now, const Spreading&);
  void poll_stream(Instant now, std::uint64_t key, Stream&);
  /// `asked`: the cursor with which the answer was asked for.
  void pass_on(std::uint64_t key, const std::string& asked, const Gathered&);

  std::string cluster_;
  policy::Parameters policy_;
  Answers& answers_;
  Gather& gather_;
  Doors doors_;
  Questions questions_;
  HandMoves hand_moves_;
  std::vector<Spreading> spreading_;
  Instant spread_look_ = Instant::never();
  std::map<std::uint64_t, Stream> streams_;
  std::uint64_t last_stream_ = 0;
};

}  // namespace prumo::daemon
