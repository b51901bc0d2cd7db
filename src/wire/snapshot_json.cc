#include "src/wire/snapshot_json.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "src/wire/json_reader.h"

namespace prumo::wire {
namespace {

using nlohmann::json;

constexpr std::size_t kMostHosts = 10'000;
constexpr std::size_t kMostVms = 100'000;

Resources resources_of(const JsonReader& in) {
  Resources r;
  for (const Resource resource : kResources) r[resource] = in.at(name_of(resource)).amount();
  return r;
}

std::string optional_text(const JsonReader& in, const char* key) {
  const auto found = in.maybe(key);
  return found ? found->text() : std::string();
}

std::optional<double> optional_amount(const JsonReader& in, const char* key) {
  const auto found = in.maybe(key);
  return found ? std::optional(found->amount()) : std::nullopt;
}

/// At most ten years.
Duration of_seconds(double s) { return Duration(std::llround(std::min(s, 86'400.0 * 3653) * 1e6)); }

policy::Host host_of(const JsonReader& in) {
  policy::Host host;
  host.id = HostId(in.at("id").id());
  const auto capacity = in.maybe("capacity");
  host.capacity = capacity ? resources_of(*capacity) : Resources{100, 100, 100};
  host.usage = resources_of(in.at("usage"));
  host.available_memory_mib = optional_amount(in, "available_memory_mib");
  host.closed = optional_text(in, "closed");
  if (const auto samples = in.maybe("samples")) {
    const std::size_t count = samples->size();
    if (count > policy::kSamplesKept) {
      samples->fault("more than " + std::to_string(policy::kSamplesKept) + " samples");
    }
    for (std::size_t i = 0; i < std::min(count, policy::kSamplesKept); ++i) {
      host.samples.push_back(resources_of(samples->at(i)));
    }
  }
  host.reserve = optional_amount(in, "reserve").value_or(0);
  return host;
}

policy::MethodWish wish_of(const JsonReader& in) {
  const std::string text = in.text();
  for (const policy::MethodWish wish :
       {policy::MethodWish::kPreCopy, policy::MethodWish::kStopAndCopy,
        policy::MethodWish::kPostCopy, policy::MethodWish::kAuto})
    if (text == policy::name_of(wish)) return wish;
  in.fault("is none of pre-copy, stop-and-copy, post-copy, auto");
  return {};
}

policy::Manner manner_of(const JsonReader& in) {
  policy::Manner manner;
  if (const auto method = in.maybe("method")) manner.method = wish_of(*method);
  if (const auto allowed = in.maybe("allow_post_copy")) manner.allow_post_copy = allowed->flag();
  if (const auto most = in.maybe("max_downtime_ms"))
    manner.max_downtime = of_seconds(most->amount() / 1000);
  if (const auto deadline = in.maybe("deadline_s"))
    manner.deadline = of_seconds(deadline->amount());
  manner.bandwidth_mib_s = in.at("bandwidth_mib_s").amount();
  manner.dirty_mib_s = optional_amount(in, "dirty_mib_s");
  return manner;
}

policy::Vm vm_of(const JsonReader& in) {
  policy::Vm vm;
  vm.id = VmId(in.at("id").id());
  vm.name = optional_text(in, "name");
  vm.host = HostId(in.at("host").id());
  vm.usage = resources_of(in.at("usage"));
  vm.image_mib = in.at("image_mib").amount();
  vm.memory_mib = optional_amount(in, "memory_mib");
  vm.pinned = optional_text(in, "pinned");
  if (const auto barred = in.maybe("barred")) {
    for (const std::string& host : barred->keys()) {
      vm.barred[HostId(host)] = barred->at(host.c_str()).text();
    }
  }
  if (const auto manner = in.maybe("migration")) vm.manner = manner_of(*manner);
  return vm;
}

policy::Snapshot snapshot_of(const JsonReader& in) {
  policy::Snapshot snapshot;
  const JsonReader hosts = in.at("hosts");
  const std::size_t host_count = hosts.size();
  if (host_count == 0) hosts.fault("there is no host");
  if (host_count > kMostHosts) hosts.fault("more than " + std::to_string(kMostHosts) + " hosts");
  std::set<HostId> known;
  for (std::size_t i = 0; i < std::min(host_count, kMostHosts); ++i) {
    snapshot.hosts.push_back(host_of(hosts.at(i)));
    const HostId& id = snapshot.hosts.back().id;
    if (!known.insert(id).second) hosts.at(i).at("id").fault("\"" + id.value + "\" is there twice");
  }

  const JsonReader vms = in.at("vms");
  const std::size_t vm_count = vms.size();
  if (vm_count > kMostVms) vms.fault("more than " + std::to_string(kMostVms) + " VMs");
  std::set<VmId> vm_ids;
  for (std::size_t i = 0; i < std::min(vm_count, kMostVms); ++i) {
    snapshot.vms.push_back(vm_of(vms.at(i)));
    const policy::Vm& vm = snapshot.vms.back();
    if (!vm_ids.insert(vm.id).second) {
      vms.at(i).at("id").fault("\"" + vm.id.value + "\" is there twice");
    }
    if (known.count(vm.host) == 0) {
      vms.at(i).at("host").fault("there is no host \"" + vm.host.value + "\"");
    }
  }
  return snapshot;
}

json json_of(const Resources& r) {
  return {{"cpu", r.cpu}, {"memory", r.memory}, {"network", r.network}};
}

json json_of(const policy::Host& host) {
  json out{
      {"id", host.id.value}, {"capacity", json_of(host.capacity)}, {"usage", json_of(host.usage)}};
  if (host.available_memory_mib) out["available_memory_mib"] = *host.available_memory_mib;
  if (!host.closed.empty()) out["closed"] = host.closed;
  for (const Resources& sample : host.samples) out["samples"].push_back(json_of(sample));
  if (host.reserve > 0) out["reserve"] = host.reserve;
  return out;
}

json json_of(const policy::Manner& m) {
  json out{{"method", policy::name_of(m.method)},
           {"max_downtime_ms", seconds(m.max_downtime) * 1000},
           {"bandwidth_mib_s", m.bandwidth_mib_s}};
  if (m.allow_post_copy) out["allow_post_copy"] = true;
  if (m.deadline > Duration{0}) out["deadline_s"] = seconds(m.deadline);
  if (m.dirty_mib_s) out["dirty_mib_s"] = *m.dirty_mib_s;
  return out;
}

json json_of(const policy::Vm& vm) {
  json out{{"id", vm.id.value},
           {"host", vm.host.value},
           {"usage", json_of(vm.usage)},
           {"image_mib", vm.image_mib}};
  if (!vm.name.empty()) out["name"] = vm.name;
  if (vm.memory_mib) out["memory_mib"] = *vm.memory_mib;
  if (!vm.pinned.empty()) out["pinned"] = vm.pinned;
  for (const auto& [host, reason] : vm.barred) out["barred"][host.value] = reason;
  if (vm.manner) out["migration"] = json_of(*vm.manner);
  return out;
}

/// The parser's own message, which may quote the file, on one line and short.
std::string parser_says(const std::string& what) {
  constexpr std::size_t kMost = 200;
  const std::size_t start = what.find("] ");
  std::string text = start == std::string::npos ? what : what.substr(start + 2);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text.size() > kMost ? text.substr(0, kMost) + "..." : text;
}

}  // namespace

Result<policy::Snapshot> parse_snapshot(std::string_view text) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& e) {
    return fail("not JSON: " + parser_says(e.what()));
  }
  JsonFault fault;
  const JsonReader in(document, "", fault);
  policy::Snapshot snapshot = snapshot_of(in);
  if (!fault.message.empty()) return fail(fault.message);
  return snapshot;
}

Result<policy::RoundInput> round_input_from_json(const json& document,
                                                 const policy::Parameters& parameters) {
  JsonFault fault;
  const JsonReader in(document, "", fault);
  policy::RoundInput input{snapshot_of(in), parameters, {}};
  const JsonReader asking = in.at("asking");
  for (std::size_t i = 0, n = asking.size(); i < std::min(n, kMostHosts); ++i) {
    input.asking.push_back(
        {HostId(asking.at(i).at("host").id()), asking.at(i).at("advice").flag()});
  }
  if (!fault.message.empty()) return fail(fault.message);
  return input;
}

json to_json(const policy::RoundInput& input) {
  json out = to_json(input.snapshot);
  out["asking"] = json::array();
  for (const policy::Asking& asking : input.asking) {
    out["asking"].push_back({{"host", asking.host.value}, {"advice", asking.advice}});
  }
  return out;
}

json to_json(const policy::Snapshot& snapshot) {
  json out{{"hosts", json::array()}, {"vms", json::array()}};
  for (const policy::Host& host : snapshot.hosts) out["hosts"].push_back(json_of(host));
  for (const policy::Vm& vm : snapshot.vms) out["vms"].push_back(json_of(vm));
  return out;
}

}  // namespace prumo::wire
