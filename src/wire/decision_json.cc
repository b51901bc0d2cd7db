#include <cmath>
#include <limits>

#include "src/wire/json_reader.h"
#include "src/wire/snapshot_json.h"

namespace prumo::wire {
namespace {

using nlohmann::json;

json json_of(const Utilisation& u) {
  return {{"cpu", u.cpu.as_double()},
          {"memory", u.memory.as_double()},
          {"network", u.network.as_double()}};
}

json json_of(const policy::Move& m) {
  return {{"vm", m.vm.value},           {"name", m.name},
          {"from", m.from.value},       {"to", m.to.value},
          {"cost", m.cost.as_double()}, {"volume", m.volume.as_double()},
          {"image_mib", m.image_mib}};
}

json json_of(const policy::VmVerdict& v) {
  json out{{"vm", v.vm.value},
           {"name", v.name},
           {"volume", v.volume.as_double()},
           {"image_mib", v.image_mib},
           {"cost", v.cost.as_double()},
           {"source_without", json_of(v.source_without)},
           {"enough", v.enough},
           {"chosen", v.chosen},
           {"reason", v.reason}};
  if (v.forecast) out["prediction"] = to_json(*v.forecast);
  return out;
}

json json_of(const policy::PairVerdict& v) {
  return {{"vm", v.vm.value},   {"host", v.host.value},          {"fits", v.fits},
          {"chosen", v.chosen}, {"with_vm", json_of(v.with_vm)}, {"reason", v.reason},
          {"lacks", v.lacks}};
}

Utilisation utilisation_of(const JsonReader& in) {
  Utilisation u;
  for (const Resource r : kResources) u[r] = Micro::of(in.at(name_of(r)).amount());
  return u;
}

policy::Forecast forecast_of(const JsonReader& in) {
  policy::Forecast f;
  const std::string method = in.at("method").text();
  for (const policy::Method m :
       {policy::Method::kPreCopy, policy::Method::kStopAndCopy, policy::Method::kPostCopy})
    if (method == policy::name_of(m)) f.method = m;
  f.total = Duration(std::llround(in.at("total_s").amount() * 1e6));
  f.downtime = Duration(std::llround(in.at("downtime_ms").amount() * 1e3));
  f.copied_mib = in.at("copied_mib").amount();
  f.converges = in.at("converges").flag();
  if (const auto dirty = in.maybe("dirty_mib_s")) f.dirty_mib_s = dirty->amount();
  return f;
}

policy::VmVerdict vm_verdict_of(const JsonReader& in) {
  policy::VmVerdict v;
  v.vm = VmId(in.at("vm").text());
  v.name = in.at("name").text();
  v.volume = Micro::of(in.at("volume").amount());
  v.image_mib = in.at("image_mib").amount();
  v.cost = Micro::of(in.at("cost").amount());
  v.source_without = utilisation_of(in.at("source_without"));
  v.enough = in.at("enough").flag();
  v.chosen = in.at("chosen").flag();
  v.reason = in.at("reason").text();
  if (const auto expected = in.maybe("prediction")) v.forecast = forecast_of(*expected);
  return v;
}

policy::PairVerdict pair_verdict_of(const JsonReader& in) {
  policy::PairVerdict v;
  v.vm = VmId(in.at("vm").text());
  v.host = HostId(in.at("host").text());
  v.fits = in.at("fits").flag();
  v.chosen = in.at("chosen").flag();
  v.with_vm = utilisation_of(in.at("with_vm"));
  v.reason = in.at("reason").text();
  if (const auto lacks = in.maybe("lacks")) v.lacks = lacks->text();
  return v;
}

}  // namespace

json to_json(const policy::Forecast& f) {
  json out{{"method", policy::name_of(f.method)},
           {"total_s", seconds(f.total)},
           {"downtime_ms", seconds(f.downtime) * 1000},
           {"copied_mib", f.copied_mib},
           {"converges", f.converges},
           {"dirty_mib_s", nullptr}};
  if (f.dirty_mib_s) out["dirty_mib_s"] = *f.dirty_mib_s;
  return out;
}

json to_json(const policy::Explanation& e) {
  json out{{"host", e.host.value},   {"utilisation", json_of(e.utilisation)},
           {"overload", e.overload}, {"conclusion", e.conclusion},
           {"vms", json::array()},   {"pairs", json::array()},
           {"nodes", e.nodes},       {"limit_reached", e.limit_reached},
           {"left_out", e.left_out}};
  for (const policy::VmVerdict& v : e.vms) out["vms"].push_back(json_of(v));
  for (const policy::PairVerdict& v : e.pairs) out["pairs"].push_back(json_of(v));
  return out;
}

Result<policy::Explanation> explanation_from_json(const json& document) {
  JsonFault fault;
  const JsonReader in(document, "", fault);
  policy::Explanation e;
  e.host = HostId(in.at("host").text());
  e.utilisation = utilisation_of(in.at("utilisation"));
  e.overload = in.at("overload").text();
  e.conclusion = in.at("conclusion").text();
  const JsonReader vms = in.at("vms");
  for (std::size_t i = 0, n = vms.size(); i < n; ++i) e.vms.push_back(vm_verdict_of(vms.at(i)));
  const JsonReader pairs = in.at("pairs");
  for (std::size_t i = 0, n = pairs.size(); i < n; ++i) {
    e.pairs.push_back(pair_verdict_of(pairs.at(i)));
  }
  e.nodes = in.at("nodes").count(std::numeric_limits<std::uint64_t>::max());
  e.limit_reached = in.at("limit_reached").flag();
  e.left_out = static_cast<std::uint32_t>(
      in.at("left_out").count(std::numeric_limits<std::uint32_t>::max()));
  if (!fault.message.empty()) return fail(fault.message);
  return e;
}

json to_json(const policy::Decision& decision) {
  json out{{"overloaded", json::array()},
           {"migrations", json::array()},
           {"infeasible", json::array()},
           {"partial", json::array()},
           {"explanation", json::array()}};
  for (const policy::Relief& relief : decision.reliefs) {
    out["overloaded"].push_back(relief.host.value);
    for (const policy::Move& move : relief.moves) {
      out["migrations"].push_back(json_of(move));
      for (const policy::VmVerdict& v : relief.explanation.vms)
        if (v.vm == move.vm && v.forecast)
          out["migrations"].back()["prediction"] = to_json(*v.forecast);
    }
    if (!relief.infeasible.empty()) {
      out["infeasible"].push_back({{"host", relief.host.value}, {"reason", relief.infeasible}});
    }
    if (relief.partial) out["partial"].push_back(relief.host.value);
    out["explanation"].push_back(to_json(relief.explanation));
  }
  return out;
}

}  // namespace prumo::wire
