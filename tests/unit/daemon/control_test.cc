// The control socket's answers, with other hosts that answer late, oddly or not at all.

#include "src/daemon/control.h"

#include <gtest/gtest.h>

#include "src/daemon/journal.h"
#include "tests/unit/daemon/waiting.h"

namespace prumo::daemon {
namespace {

using nlohmann::json;

/// Gives back what was written, cut as a file cuts it.
class FakeHistory final : public store::History {
 public:
  void add(const store::HistoryEntry& entry) override {
    store::HistoryEntry cut = entry;
    cut.text = cut.text.substr(0, 8);
    entries_.insert(entries_.begin(), cut);
  }
  std::vector<store::HistoryEntry> find(const std::string& kind, const std::string& subject,
                                        std::size_t, const std::string& mention) override {
    std::vector<store::HistoryEntry> found;
    for (const auto& e : entries_)
      if (e.kind == kind && (subject.empty() || e.subject == subject) &&
          (mention.empty() || e.json.find(mention) != std::string::npos))
        found.push_back(e);
    return found;
  }
  void keep(const store::Basis& basis) override { bases_.push_back(basis); }
  std::optional<store::Basis> basis_of(const std::string& round) override {
    for (const auto& b : bases_)
      if (b.round == round) return b;
    return std::nullopt;
  }
  [[nodiscard]] std::string trouble() const override { return {}; }

 private:
  std::vector<store::Basis> bases_;
  std::vector<store::HistoryEntry> entries_;  // used in the journal's thread alone
};

struct ControlTest : testing::Test {
  Status seen;
  FakeHistory history;
  Inbox inbox;
  Journal journal{HostId("h1"), RunId{7}, history, inbox};
  Answers answers{journal, [this] { return seen; }};
  std::vector<std::pair<HostId, Query>> asked;
  Gather gather{[this](const HostId& to, const Query& query) { asked.emplace_back(to, query); }};
  std::vector<wire::Reply> replies;
  std::vector<Operator> operated;
  std::vector<IncomingAsked> asked_in;
  HandPlan plan{{{"method", "pre-copy"}}, policy::Forecast{}};
  Control control{
      "lab",
      policy::Parameters{},
      answers,
      gather,
      journal,
      {[this] { return seen; }, [this](const Operator& what) { operated.push_back(what); },
       [this](const IncomingAsked& what) { asked_in.push_back(what); },
       [this](const transport::Client&, const wire::Reply& reply) {
         replies.push_back(reply);
         return true;
       },
       [] { return json::object(); }, [] { return json::array(); }, [](const std::string&) {},
       [this](const VmId&, const std::string&) { return plan; }}};
  Instant now{100s};

  void SetUp() override { others(1); }
  void TearDown() override { EXPECT_TRUE(journal.flush(10s)); }
  void others(int count) {
    seen = Status{};
    seen.self = HostId("h1");
    seen.hosts.resize(static_cast<std::size_t>(count) + 1);
    for (std::size_t i = 0; i < seen.hosts.size(); ++i) {
      HostStatus& h = seen.hosts[i];
      h.id = HostId("h" + std::to_string(i + 1));
      h.self = i == 0;
      h.known = true;
      h.standing = gossip::Standing::kAlive;
    }
  }
  void ask(const std::string& command, std::vector<std::string> arguments = {}) {
    control.on_ask(now, transport::Client{0, "c"}, transport::Role::kOperator,
                   {1, command, std::move(arguments)});
  }
  void answer_all(const std::string& text) {
    for (const auto& [host, query] : std::exchange(asked, {}))
      gather.on_answer(host, Answer{query.id, true, text});
  }
  void until_replied() {
    take_in_until(inbox, [this] { return !replies.empty(); });
  }
};

TEST_F(ControlTest, AnswersThatAreOfAnotherShapeAreBorne) {
  for (const char* odd :
       {"[1]", "7", "null", R"({"found":1,"kind":7,"unix_ms":"x","round":[],"host":null})",
        R"({"found":true,"kind":7,"unix_ms":"x","round":[],"host":null,"text":1})",
        R"({"running":3,"past":{"a":1},"here":"yes","cursor":5,"events":{}})"}) {
    for (const char* command : {"status", "vms", "migrations", "explain", "basis", "abort"}) {
      replies.clear();
      ask(command, std::string(command) == "abort" ? std::vector<std::string>{"1.1.0"}
                                                   : std::vector<std::string>{});
      answer_all(odd);
      until_replied();
    }
    ask("events");
    answer_all(odd);
  }
}

TEST_F(ControlTest, AnOrderThatIsAnsweredInAnotherShapeIsAFailure) {
  const auto found = R"([{"id":"u1","name":"web","state":"running"}])";
  for (const char* odd : {"[1]", "7", "null", R"({"offer":5})", R"({"offer":[1]})"}) {
    replies.clear();
    ask("migrate", {"web", "h3", "dry-run"});
    answer_all(found);
    answer_all(odd);
    answer_all(odd);
    until_replied();
    replies.clear();
    ask("migrate", {"web", "h1"});
    answer_all(found);
    answer_all(odd);
    until_replied();
    replies.clear();
    ask("operation", {"1.1.0", "h2"});
    answer_all(odd);
    until_replied();
  }
}

TEST_F(ControlTest, AnAnswerNestedWithoutEndIsNone) {
  constexpr std::size_t kDeep = 400'000;
  const std::string text = std::string(kDeep, '[') + std::string(kDeep, ']');
  for (const char* command : {"vms", "figures", "migrations"}) {
    replies.clear();
    ask(command);
    answer_all(text);
    until_replied();
    EXPECT_EQ(json::parse(replies[0].json)["unanswered"], json::array({"h2"}));
  }
}

TEST_F(ControlTest, TextThatIsNoUtf8DoesNotStopIt) {
  const std::string half = "caf\xc3";
  seen.no_relief = half;
  seen.hosts[0].summary.trouble = half;
  Domain d;
  d.id = VmId("v");
  d.name = half;
  seen.domains.push_back(d);
  journal.add(note::NoRelief{{Epoch{1}, Round{2}}, HostId("h1"), half, {}, {}, false});
  for (const char* command : {"status", "vms", "explain", "events"}) {
    replies.clear();
    ask(command);
    answer_all("{}");
    if (std::string(command) != "events") until_replied();
  }
  journal.say(Level::kWarning, "fault", half);
  now = now + 1s;
  control.turn(now);
  ASSERT_FALSE(replies.empty());
  EXPECT_NE(replies.back().json.find("caf"), std::string::npos);
}

TEST_F(ControlTest, AVmThatHasVanishedIsShownWithWhatItNeeds) {
  seen.operator_needed = {{VmId("v9"), "left this host and does not run on h2"}};
  ask("vms");
  answer_all("[]");
  until_replied();
  const json vms = json::parse(replies[0].json)["vms"];
  ASSERT_EQ(vms.size(), 1U);
  EXPECT_EQ(vms[0]["id"], "v9");
  EXPECT_EQ(vms[0]["state"], "not here");
  EXPECT_EQ(vms[0]["needs_operator"], "left this host and does not run on h2");
}

TEST_F(ControlTest, TheVmsNameTheHostsThatWereNotAsked) {
  others(3);
  seen.hosts[1].standing = gossip::Standing::kDead;
  seen.hosts[2].known = false;
  ask("vms");
  ASSERT_EQ(asked.size(), 1U);
  answer_all("[]");
  until_replied();
  EXPECT_EQ(json::parse(replies[0].json)["away"], json({"h2", "h3"}));
}

TEST_F(ControlTest, APauseIsAnsweredOnceItIsStoredAndSaysHowFarItIsSpread) {
  others(2);
  seen.as_of = now;
  ask("pause");
  ASSERT_EQ(operated.size(), 1U);
  const auto& pause = std::get<SetPause>(operated[0]);
  EXPECT_TRUE(pause.on);
  EXPECT_TRUE(replies.empty()) << "not stored yet";
  seen.pause = {true, 4, HostId("h1")};
  seen.hosts[1].summary.pause = seen.pause;
  control.on_verdict({pause.question, true, ""});
  EXPECT_TRUE(replies.empty()) << "h3 has not shown it yet";
  now = now + 500ms;
  control.turn(now);
  EXPECT_TRUE(replies.empty());
  EXPECT_LE(control.next_deadline(), now + 100ms);
  seen.hosts[2].summary.pause = {false, 5, HostId("h3")};
  control.turn(now);
  ASSERT_EQ(replies.size(), 1U) << "a later word on the matter counts as known";
  EXPECT_EQ(json::parse(replies[0].json)["text"],
            "paused: no migration will start until `prumo resume`; stored on 3 of 3 hosts");
}

TEST_F(ControlTest, APauseThatDoesNotReachEverybodyNamesWhoIsMissing) {
  others(2);
  seen.as_of = now;
  seen.hosts[2].standing = gossip::Standing::kDead;
  ask("resume");
  seen.pause = {false, 5, HostId("h1")};
  control.on_verdict({std::get<SetPause>(operated[0]).question, true, ""});
  now = now + 1s;
  control.turn(now);
  ASSERT_EQ(replies.size(), 1U);
  const json said = json::parse(replies[0].json);
  EXPECT_EQ(said["text"],
            "resumed; stored on 1 of 3 hosts, not yet on h2, h3: they learn it as soon as they are "
            "heard");
  EXPECT_EQ(said["not_yet"], (json{"h2", "h3"}));
}

TEST_F(ControlTest, APauseThatCantBeStoredSaysSo) {
  ask("pause");
  control.on_verdict({std::get<SetPause>(operated[0]).question, false, "it can't be stored: full"});
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].code, wire::Code::kFailed);
  ask("pause");
  now = now + 2s;
  control.turn(now);
  ASSERT_EQ(replies.size(), 2U) << "a disk that hangs leaves nobody without a word";
  EXPECT_EQ(replies[1].code, wire::Code::kFailed);
}

TEST_F(ControlTest, TheHooksQuestionIsPutToThePeerAndNeedsAnOperator) {
  ask("incoming", {"9e57-3", "web3"});
  ASSERT_EQ(asked_in.size(), 1U);
  EXPECT_EQ(asked_in[0].vm, VmId("9e57-3"));
  EXPECT_EQ(asked_in[0].name, "web3");
  control.on_verdict({asked_in[0].question, false, "because"});
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(json::parse(replies[0].json), (json{{"admitted", false}, {"why", "because"}}));
  control.on_ask(now, transport::Client{0, "c"}, transport::Role::kViewer,
                 {2, "incoming", {"9e57-3", "web3"}});
  EXPECT_EQ(replies.back().code, wire::Code::kForbidden);
  ask("incoming");
  EXPECT_EQ(replies.back().code, wire::Code::kFailed);
  EXPECT_EQ(asked_in.size(), 1U);
}

TEST_F(ControlTest, AnIdThatOthersWouldRefuseIsNotPutToThePeer) {
  for (const char* odd : {"u\n1", "u\t1", "\xff"}) {
    replies.clear();
    ask("incoming", {odd, "web"});
    EXPECT_EQ(replies.at(0).code, wire::Code::kFailed);
  }
  EXPECT_TRUE(asked_in.empty());
}

TEST_F(ControlTest, AHistoryCutWithinACharacterIsStillTold) {
  // "h1: 123á" is cut to 8 bytes, in the middle of its last character.
  journal.add(note::NoRelief{{Epoch{1}, Round{2}}, HostId("h1"), "123\u00e1", {}, {}, false});
  ask("explain");
  answer_all(R"({"found":false})");
  until_replied();
  EXPECT_NE(replies[0].json.find("\"found\":true"), std::string::npos);
}

TEST_F(ControlTest, WhatARoundWasDecidedOnIsHadFromWhoKeepsIt) {
  journal.add(note::Weighed{{Epoch{1}, Round{2}}, {}});
  for (const bool known : {true, false}) {
    replies.clear();
    ask("basis", {known ? "1.2" : "1.3"});
    answer_all(R"({"found":false})");
    until_replied();
    EXPECT_EQ(json::parse(replies[0].json)["found"], known);
  }
}

TEST_F(ControlTest, ARoundIsExplainedForEachHostThatAskedByTheCoordinatorsOwnAccount) {
  journal.add(note::NoRelief{{Epoch{1}, Round{2}}, HostId("h1"), "why", {}, {}, false});
  ask("explain", {"round:1.2"});
  answer_all(R"({"decisions":[{"round":"1.2","host":"h1","kind":"unrelieved"},
                              {"round":"1.2","host":"h2","kind":"unrelieved"}, 7]})");
  until_replied();
  const json told = json::parse(replies[0].json);
  EXPECT_EQ(told["found"], true);
  EXPECT_EQ(told["host"], "h1");
  EXPECT_EQ(told["kind"], "no-relief");
  ASSERT_EQ(told["others"].size(), 1U);
  EXPECT_EQ(told["others"][0]["host"], "h2");
}

TEST_F(ControlTest, WhyTellsWhereAVmIsAndWhatWasDecidedAboutIt) {
  policy::Explanation e;
  e.vms.push_back({VmId("v1"), "web3", {}, 0, {}, {}, true, true, "cheapest, and enough"});
  e.vms.push_back({VmId("v2"), "web2", {}, 0, {}, {}, true, false, "would do, dearer"});
  journal.add(note::NoRelief{{Epoch{1}, Round{2}}, HostId("h1"), "why", e, {}, false});
  ask("why", {"web3"});
  answer_all(R"([{"id":"v1","name":"web3","host":"h2"},{"id":"v2","name":"web2"}])");
  answer_all(R"({"decisions":[],"migrations":[{"op":"1.2.0","unix_ms":1}]})");
  until_replied();
  const json told = json::parse(replies[0].json);
  ASSERT_EQ(told["now"].size(), 1U);
  EXPECT_EQ(told["now"][0]["id"], "v1");
  ASSERT_EQ(told["decisions"].size(), 1U);
  EXPECT_EQ(told["decisions"][0]["explanation"]["vms"].size(), 1U);
  EXPECT_EQ(told["migrations"][0]["op"], "1.2.0");
}

TEST_F(ControlTest, WhyOfAVmThatNobodyKnowsIsAnError) {
  ask("why", {"nosuch"});
  answer_all("[]");
  answer_all(R"({"decisions":[],"migrations":[]})");
  until_replied();
  EXPECT_EQ(replies[0].code, wire::Code::kFailed);
  EXPECT_NE(replies[0].json.find("no VM is called"), std::string::npos);
}

TEST_F(ControlTest, AnEventStreamOfManyHostsLeavesRoomForQuestions) {
  others(300);
  ask("events");
  EXPECT_EQ(asked.size(), 300U);
  asked.clear();
  ask("vms");
  EXPECT_EQ(asked.size(), 300U);
}

TEST_F(ControlTest, ASlowHostsEventsArePassedOnOnce) {
  ask("events");
  answer_all(R"({"cursor":"9:1","events":[]})");
  now = now + 400ms;
  control.turn(now);
  now = now + 400ms;
  control.turn(now);
  replies.clear();
  ASSERT_EQ(asked.size(), 2U);
  const auto both = std::exchange(asked, {});
  const Answer first{both[0].second.id, true, R"({"cursor":"9:2","events":[{"kind":"a"}]})"};
  const Answer second{both[1].second.id, true,
                      R"({"cursor":"9:3","events":[{"kind":"a"},{"kind":"b"}]})"};
  gather.on_answer(both[0].first, first);
  gather.on_answer(both[1].first, second);
  EXPECT_EQ(replies.size(), 1U);
  now = now + 400ms;
  control.turn(now);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].second.argument, "9:2");
}

TEST_F(ControlTest, AMoveByHandIsPassedToTheDaemonOfTheHostThatRunsTheVm) {
  ask("migrate", {"web", "h1", "method=auto"});
  answer_all(R"([{"id":"u1","name":"web","state":"running"},
                 {"id":"u2","name":"other","state":"running"}])");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].first, HostId("h2"));
  EXPECT_EQ(asked[0].second.what, "migrate");
  const json order = json::parse(asked[0].second.argument);
  EXPECT_EQ(order["vm"], "u1");
  EXPECT_EQ(order["to"], "h1");
  EXPECT_EQ(order["words"], "method=auto");
  answer_all(R"({"op":"hand.1.2.3","id":"u1","vm":"web"})");
  until_replied();
  EXPECT_EQ(replies[0].code, wire::Code::kDone);
  EXPECT_EQ(json::parse(replies[0].json)["from"], "h2");
}

TEST_F(ControlTest, AMoveByHandThatCanNotBePassedOnSaysWhy) {
  const auto told = [this](const char* vms) {
    replies.clear();
    ask("migrate", {"web", "h1"});
    answer_all(vms);
    until_replied();
    EXPECT_EQ(replies[0].code, wire::Code::kFailed);
    return replies[0].json;
  };
  EXPECT_NE(told("[]").find("no VM is called"), std::string::npos);
  EXPECT_NE(told(R"([{"id":"u1","name":"web","state":"shut off"}])").find("it is shut off on h2"),
            std::string::npos);
  EXPECT_NE(told(R"([{"id":"u1","name":"web","state":"running"},
                     {"id":"u2","name":"web","state":"running"}])")
                .find("u1 on h2 u2 on h2"),
            std::string::npos);
  replies.clear();
  ask("migrate", {"web"});
  EXPECT_NE(replies[0].json.find("name a VM and the host"), std::string::npos);
  replies.clear();
  ask("migrate", {"web", "h1"});
  answer_all(R"([{"id":"u1","name":"web","state":"running"}])");
  now = now + 501ms;
  gather.expire(now);
  until_replied();
  EXPECT_NE(replies[0].json.find("`prumo migrations` shows whether it has begun"),
            std::string::npos);
}

TEST_F(ControlTest, AtItsHostAMoveByHandIsPutToThePeerAndAnsweredOnceStored) {
  Domain d;
  d.id = VmId("u1");
  d.name = "web";
  seen.domains.push_back(d);
  std::vector<Answer> answered;
  const auto put = [&] {
    control.on_query({9, "migrate", R"({"vm":"u1","to":"h2","words":"","dry_run":false})"},
                     [&answered](const Answer& a) { answered.push_back(a); });
  };
  put();
  ASSERT_EQ(operated.size(), 1U);
  const auto* order = std::get_if<MoveByHand>(&operated[0]);
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->vm, VmId("u1"));
  EXPECT_TRUE(answered.empty());
  control.on_verdict({order->question, true, "", OpId{Epoch{}, Round{}, 3}});
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(json::parse(answered[0].json)["op"], "hand.00000000.0.3");
  put();
  control.on_verdict({std::get<MoveByHand>(operated[1]).question, false, "paused by h2"});
  EXPECT_EQ(json::parse(answered[1].json)["error"], "web stays: paused by h2");
  plan = {{{"error", "post-copy is not allowed here"}}, {}};
  put();
  EXPECT_EQ(operated.size(), 2U);
  EXPECT_EQ(json::parse(answered[2].json)["error"], "post-copy is not allowed here");
  control.on_query({9, "migrate", "[]"}, [&answered](const Answer& a) { answered.push_back(a); });
  EXPECT_NE(answered[3].json.find("can't read the order"), std::string::npos);
}

TEST_F(ControlTest, ADryRunAsksTheDestinationToo) {
  ask("migrate", {"web", "h2", "dry-run"});
  answer_all(R"([{"id":"u1","name":"web","state":"running"}])");
  answer_all(R"({"vm":"web","dry_run":true,"offer":{"vm":"u1","memory_mib":512},
                 "source":{"begins":true,"why":""}})");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].second.what, "would-take");
  EXPECT_EQ(json::parse(asked[0].second.argument)["memory_mib"], 512);
  answer_all(R"({"takes":false,"why":"cpu 0.900 > 0.850"})");
  until_replied();
  const json said = json::parse(replies[0].json);
  EXPECT_EQ(said["destination"]["why"], "cpu 0.900 > 0.850");
  EXPECT_FALSE(said.contains("offer"));
}

TEST_F(ControlTest, AMoveByHandNeedsAnOperatorsKey) {
  control.on_ask(now, transport::Client{0, "c"}, transport::Role::kViewer,
                 {1, "migrate", {"web", "h1"}});
  EXPECT_EQ(replies[0].code, wire::Code::kForbidden);
  EXPECT_TRUE(asked.empty());
}

TEST_F(ControlTest, AnOperationIsFollowedUntilItsEndIsRemembered) {
  const auto state_of = [this](const std::string& op, const std::string& host) {
    replies.clear();
    ask("operation", {op, host});
    answer_all(R"({"state":"running","percent":50})");
    until_replied();
    return json::parse(replies[0].json);
  };
  const OpId op{Epoch{}, Round{}, 4};
  seen.operation = OperationRecord{op, VmId("u1"), "web", HostId("h2"), OpPhase::kStarted, false};
  EXPECT_EQ(state_of(to_string(op), "h1")["state"], "running");
  EXPECT_EQ(state_of(to_string(op), "h2")["percent"], 50);
  seen.operation.reset();
  EXPECT_EQ(state_of(to_string(op), "h1")["state"], "unknown");
  journal.add(
      note::Finished{{op, VmId("u1"), "web", HostId("h2"), Outcome::kDone, "", 2s, 30ms}, true});
  const json ended = state_of(to_string(op), "h1");
  EXPECT_EQ(ended["state"], "ended");
  EXPECT_EQ(ended["outcome"], "done");
  EXPECT_NE(state_of(to_string(op), "h9")["error"].get<std::string>().find("no member"),
            std::string::npos);
  replies.clear();
  ask("operation", {to_string(op), "h2"});
  now = now + 501ms;
  gather.expire(now);
  until_replied();
  EXPECT_EQ(json::parse(replies[0].json)["state"], "silent");
}

TEST_F(ControlTest, AnOperationIsAbortedByItsIdOrByItsVm) {
  seen.operation = OperationRecord{
      OpId{Epoch{7}, Round{31}, 0}, VmId("u1"), "web", HostId("h2"), OpPhase::kStarted, false};
  for (const char* name : {"7.31.0", "web", "u1", "other"}) {
    ask("abort", {name});
    answer_all(R"({"here":false})");
  }
  until_replied();
  ASSERT_EQ(operated.size(), 3U);
  EXPECT_EQ(replies[3].code, wire::Code::kFailed);
}

}  // namespace
}  // namespace prumo::daemon
