#include "src/wire/snapshot_json.h"

#include <gtest/gtest.h>

#include "policy/explain.h"
#include "policy/plan.h"

namespace prumo::wire {
namespace {

using nlohmann::json;

json valid() {
  return json::parse(R"({
    "about": "ignored", "expected": {},
    "hosts": [
      {"id": "h1", "capacity": {"cpu": 16, "memory": 65536, "network": 1000},
       "usage": {"cpu": 15, "memory": 100, "network": 1}, "closed": "settling for 9 s",
       "available_memory_mib": 4096, "rack": 7},
      {"id": "h2", "usage": {"cpu": 10, "memory": 20, "network": 30}}],
    "vms": [
      {"id": "a", "host": "h1", "usage": {"cpu": 3, "memory": 50, "network": 0}, "image_mib": 50.5,
       "name": "web", "memory_mib": 2048, "pinned": "passthrough", "barred": {"h2": "refused"}},
      {"id": "b", "host": "h1", "usage": {"cpu": 4, "memory": 10, "network": 1}, "image_mib": 10},
      {"id": "c", "host": "h2", "usage": {"cpu": 1, "memory": 1, "network": 1}, "image_mib": 0}]})");
}

/// The error of the valid snapshot with the value at `pointer` replaced, or removed.
std::string error_with(const std::string& pointer, const json& value) {
  json document = valid();
  document[json::json_pointer(pointer)] = value;
  const auto parsed = parse_snapshot(document.dump());
  return parsed ? "none" : parsed.error().message;
}
std::string error_without(const std::string& parent, const std::string& key) {
  json document = valid();
  document[json::json_pointer(parent)].erase(key);
  const auto parsed = parse_snapshot(document.dump());
  return parsed ? "none" : parsed.error().message;
}
std::string error_of(const std::string& text) {
  const auto parsed = parse_snapshot(text);
  return parsed ? "none" : parsed.error().message;
}

TEST(SnapshotJson, ReadsHowAVmWouldMigrate) {
  json document = valid();
  document["vms"][0]["migration"] = {{"bandwidth_mib_s", 100}};
  document["vms"][1]["migration"] = {{"method", "auto"},      {"allow_post_copy", true},
                                     {"max_downtime_ms", 80}, {"deadline_s", 2.5},
                                     {"bandwidth_mib_s", 50}, {"dirty_mib_s", 12.5}};
  const auto s = parse_snapshot(document.dump());
  ASSERT_TRUE(s) << s.error().message;
  policy::Manner plain;
  plain.bandwidth_mib_s = 100;
  EXPECT_EQ(s->vms[0].manner, plain);
  EXPECT_EQ(s->vms[1].manner,
            (policy::Manner{policy::MethodWish::kAuto, true, 80ms, 2500ms, 50, 12.5}));
  EXPECT_FALSE(s->vms[2].manner);
  EXPECT_EQ(parse_snapshot(to_json(*s).dump()).value(), *s);

  document["vms"][1]["migration"]["method"] = "teleport";
  EXPECT_EQ(parse_snapshot(document.dump()).error().message,
            "vms[1].migration.method: is none of pre-copy, stop-and-copy, post-copy, auto");
  document["vms"][1]["migration"] = json::object();
  EXPECT_FALSE(parse_snapshot(document.dump()));
}

TEST(DecisionJson, TellsWhatIsPredictedAndReadsItBack) {
  json document = valid();
  document["vms"][1]["migration"] = {{"bandwidth_mib_s", 100}, {"dirty_mib_s", 5}};
  document["hosts"][0].erase("closed");
  const auto decision = policy::plan(parse_snapshot(document.dump()).value(), {});
  const json out = to_json(decision);
  const json& prediction = out.at("migrations").at(0).at("prediction");
  EXPECT_EQ(prediction.at("method"), "pre-copy");
  EXPECT_GT(prediction.at("total_s").get<double>(), 0.1);
  EXPECT_EQ(prediction.at("dirty_mib_s"), 5);
  const auto read = explanation_from_json(out.at("explanation").at(0));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), out.at("explanation").at(0));
}

TEST(SnapshotJson, ReadsHostsAndVmsAndSkipsUnknownKeys) {
  const auto s = parse_snapshot(valid().dump());
  ASSERT_TRUE(s) << s.error().message;
  ASSERT_EQ(s->hosts.size(), 2U);
  EXPECT_EQ(s->hosts[0].capacity, (Resources{16, 65536, 1000}));
  EXPECT_EQ(s->hosts[0].closed, "settling for 9 s");
  EXPECT_EQ(s->hosts[0].available_memory_mib, 4096);
  EXPECT_EQ(s->hosts[1].capacity, (Resources{100, 100, 100}));
  EXPECT_FALSE(s->hosts[1].available_memory_mib);
  ASSERT_EQ(s->vms.size(), 3U);
  EXPECT_EQ(s->vms[0].name, "web");
  EXPECT_EQ(s->vms[0].memory_mib, 2048);
  EXPECT_EQ(s->vms[0].pinned, "passthrough");
  EXPECT_EQ(s->vms[0].barred.at(HostId("h2")), "refused");
  EXPECT_EQ(s->vms[1].usage, (Resources{4, 10, 1}));
  EXPECT_FALSE(s->vms[1].memory_mib);
}

TEST(SnapshotJson, ReadsBackWhatItWrites) {
  const json written = to_json(*parse_snapshot(valid().dump()));
  EXPECT_EQ(to_json(*parse_snapshot(written.dump())), written);
}

TEST(SnapshotJson, NamesThePlaceOfABadNumber) {
  EXPECT_EQ(error_with("/vms/2/usage/cpu", -1), "vms[2].usage.cpu: -1 is negative");
  EXPECT_EQ(error_with("/hosts/0/capacity/network", -0.5),
            "hosts[0].capacity.network: -0.5 is negative");
  EXPECT_EQ(error_with("/vms/0/image_mib", 1e13),
            "vms[0].image_mib: 10000000000000.0 is above 1e12");
  EXPECT_EQ(error_with("/vms/0/memory_mib", "NaN"), "vms[0].memory_mib: \"NaN\" is not a number");
  EXPECT_EQ(error_with("/hosts/0/usage/memory", nullptr),
            "hosts[0].usage.memory: null is not a number");
  EXPECT_EQ(error_with("/hosts/0/available_memory_mib", true),
            "hosts[0].available_memory_mib: true is not a number");
}

TEST(SnapshotJson, NamesTheMissingKey) {
  EXPECT_EQ(error_without("", "hosts"), "hosts: is missing");
  EXPECT_EQ(error_without("", "vms"), "vms: is missing");
  EXPECT_EQ(error_without("/hosts/1", "usage"), "hosts[1].usage: is missing");
  EXPECT_EQ(error_without("/vms/1/usage", "network"), "vms[1].usage.network: is missing");
  EXPECT_EQ(error_without("/vms/1", "image_mib"), "vms[1].image_mib: is missing");
  EXPECT_EQ(error_without("/vms/1", "host"), "vms[1].host: is missing");
}

TEST(SnapshotJson, RefusesWhatDoesNotBelongTogether) {
  EXPECT_EQ(error_with("/vms/1/host", "h9"), "vms[1].host: there is no host \"h9\"");
  EXPECT_EQ(error_with("/vms/1/id", "a"), "vms[1].id: \"a\" is there twice");
  EXPECT_EQ(error_with("/hosts/1/id", "h1"), "hosts[1].id: \"h1\" is there twice");
  EXPECT_EQ(error_with("/hosts", json::array()), "hosts: there is no host");
}

TEST(SnapshotJson, RefusesWrongShapes) {
  EXPECT_EQ(error_with("/hosts", 5), "hosts: 5 is not an array");
  EXPECT_EQ(error_with("/hosts/0", "h1"), "hosts[0]: \"h1\" is not an object");
  EXPECT_EQ(error_with("/vms/0/usage", json::array()), "vms[0].usage: an array is not an object");
  EXPECT_EQ(error_with("/vms/0/barred", 1), "vms[0].barred: 1 is not an object");
  EXPECT_EQ(error_with("/vms/0/barred", {{"h2", 1}}), "vms[0].barred.h2: 1 is not a text");
  EXPECT_EQ(error_with("/vms/0/name", 7), "vms[0].name: 7 is not a text");
  EXPECT_EQ(error_with("/vms/0/id", ""), "vms[0].id: is empty");
  EXPECT_EQ(error_with("/vms/0/id", "a\nb"), "vms[0].id: has control characters");
  EXPECT_EQ(error_with("/vms/0/id", std::string(257, 'x')), "vms[0].id: is longer than 256 bytes");
  EXPECT_EQ(error_of("[]"), "an array is not an object");
}

TEST(SnapshotJson, SaysOnOneLineWhatIsNotJson) {
  for (const std::string text :
       {"", "{", "{\"hosts\": NaN}", "{\"a\": 1e999}", "\xff\xfe", "{} x", "hosts:\n- h1\n"}) {
    const std::string error = error_of(text);
    EXPECT_EQ(error.rfind("not JSON: ", 0), 0U) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
    EXPECT_LT(error.size(), 250U);
  }
}

TEST(SnapshotJson, SurvivesDeepNesting) {
  EXPECT_EQ(error_of(std::string(1'000'000, '[')).rfind("not JSON: ", 0), 0U);
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(error_of(deep), "an array is not an object");
}

TEST(DecisionJson, HasStableKeysAndNumbers) {
  auto s = *parse_snapshot(valid().dump());
  s.hosts[1].closed.clear();
  const json out = to_json(policy::plan(s, {}));
  EXPECT_EQ(out.at("overloaded"), json({"h1"}));
  ASSERT_EQ(out.at("migrations").size(), 1U);
  const json& move = out.at("migrations").at(0);
  EXPECT_EQ(move.at("vm"), "b");
  EXPECT_EQ(move.at("from"), "h1");
  EXPECT_EQ(move.at("to"), "h2");
  EXPECT_TRUE(move.at("cost").is_number());
  EXPECT_TRUE(move.at("volume").is_number());
  EXPECT_EQ(out.at("infeasible"), json::array());
  ASSERT_EQ(out.at("explanation").size(), 1U);
  EXPECT_EQ(out.at("explanation").at(0).at("host"), "h1");

  s.hosts[1].closed = "suspect";
  const json none = to_json(policy::plan(s, {}));
  EXPECT_EQ(none.at("migrations"), json::array());
  ASSERT_EQ(none.at("infeasible").size(), 1U);
  EXPECT_EQ(none.at("infeasible").at(0).at("host"), "h1");
  EXPECT_EQ(none.at("infeasible").at(0).at("reason"), "no other host takes a VM now (h2: suspect)");
}

TEST(ExplanationJson, ReadsBackWhatItWrites) {
  const auto s = *parse_snapshot(valid().dump());
  const policy::Decision d = policy::plan(s, {});
  const json written = to_json(d.reliefs.at(0).explanation);
  const auto read = explanation_from_json(json::parse(written.dump()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->utilisation, d.reliefs[0].explanation.utilisation);
  EXPECT_EQ(read->vms.size(), 2U);
  EXPECT_EQ(to_json(*read), written);
}

TEST(ExplanationJson, NamesThePlaceOfWhatIsWrong) {
  const auto s = *parse_snapshot(valid().dump());
  const json good = to_json(policy::plan(s, {}).reliefs.at(0).explanation);
  const auto error = [&good](const std::string& pointer, const json& value) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    const auto read = explanation_from_json(bad);
    return read ? std::string("none") : read.error().message;
  };
  EXPECT_EQ(error("/vms/0/enough", 1), "vms[0].enough: 1 is neither true nor false");
  EXPECT_EQ(error("/pairs/0/with_vm/cpu", "x"), "pairs[0].with_vm.cpu: \"x\" is not a number");
  EXPECT_EQ(error("/nodes", -1), "nodes: -1 is not a whole number from 0 on");
  EXPECT_EQ(error("/left_out", 4294967296), "left_out: 4294967296 is above 4294967295");
  EXPECT_FALSE(explanation_from_json(json::array()));
  EXPECT_FALSE(explanation_from_json(nullptr));
}

TEST(ExplanationJson, StaysWithinSixtyFourKibibytes) {
  policy::Snapshot s;
  s.hosts.push_back({HostId("hot"), {100, 100, 100}, {95, 0, 0}, std::nullopt, ""});
  for (int i = 0; i < 300; ++i) {
    s.hosts.push_back({HostId("h\"" + std::to_string(i)),
                       {100, 100, 0},
                       {84.123456, 11.111111, 0},
                       std::nullopt,
                       i % 3 == 0 ? std::string(300, '\x02') : ""});
  }
  for (int i = 0; i < 300; ++i) {
    policy::Vm v;
    v.id = VmId("v" + std::to_string(i));
    v.name = std::string(static_cast<std::size_t>(i % 40), '\xC3');
    v.host = HostId("hot");
    v.usage = {2.123457, 3.1234567, 1.1};
    v.image_mib = 123456.123456789 + i;
    s.vms.push_back(v);
  }
  const policy::Relief r = policy::relieve(s, HostId("hot"), {});
  EXPECT_GT(r.explanation.left_out, 0U);
  const std::string text =
      to_json(r.explanation).dump(-1, ' ', false, json::error_handler_t::replace);
  EXPECT_LE(text.size(), policy::kExplanationBytes);
  EXPECT_GT(text.size(), policy::kExplanationBytes / 4);
}

}  // namespace
}  // namespace prumo::wire
