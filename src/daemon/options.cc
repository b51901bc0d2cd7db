#include "src/daemon/options.h"

#include "config/endpoint.h"
#include "config/folders.h"

namespace prumo::daemon {
namespace {

/// `text` with each `{address}` replaced by the address of this host's member file.
std::string with_address(std::string text, const config::Config& config, const Members& members) {
  const Member* self = members.find(config.id);
  const auto endpoint = self != nullptr ? config::parse_endpoint(self->endpoint) : std::nullopt;
  static const std::string kPlace = "{address}";
  for (auto at = text.find(kPlace); endpoint && at != std::string::npos; at = text.find(kPlace))
    text.replace(at, kPlace.size(), endpoint->address);
  return text;
}

hypervisor::SimulatedOptions simulated_options(const config::Config& config) {
  hypervisor::SimulatedOptions options;
  options.folder = config.hypervisor.simulated.folder;
  options.host = config.id;
  if (config.migration.bandwidth_mib_s > 0)
    options.bandwidth_mib_s = config.migration.bandwidth_mib_s;
  return options;
}

}  // namespace

Result<std::map<std::string, transport::Role>> load_clients(const config::Config& config) {
  const auto clients = config::load_clients(config.clients_folder);
  if (!clients) return tl::unexpected(clients.error());
  std::map<std::string, transport::Role> out;
  for (const config::Client& client : *clients)
    out[client.public_key] = client.role == config::ClientRole::kOperator
                                 ? transport::Role::kOperator
                                 : transport::Role::kViewer;
  return out;
}

Result<transport::Options> transport_options(const config::Config& config, const Members& members) {
  transport::Options out;
  out.self = config.id;
  out.bind = config.transport.listen;
  out.control = config.transport.control;
  out.insecure = config.transport.insecure;
  out.members = members;
  auto clients = load_clients(config);
  if (!clients) return tl::unexpected(clients.error());
  out.clients = std::move(*clients);
  if (out.insecure) return out;
  auto secret = config::read_secret(config.transport.secret_key);
  if (!secret) return tl::unexpected(secret.error());
  auto open = transport::public_of(*secret);
  if (!open) return fail(config.transport.secret_key + ": " + open.error().message);
  out.keys = {*open, *secret};
  return out;
}

Result<std::unique_ptr<hypervisor::Hypervisor>> open_hypervisor(const config::Config& config,
                                                                const Members& members) {
  if (config.hypervisor.kind == config::HypervisorKind::kSimulated)
    return hypervisor::make_simulated(simulated_options(config));
  const config::Libvirt& libvirt = config.hypervisor.libvirt;
  hypervisor::LibvirtOptions options;
  options.uri = libvirt.uri;
  options.connect_uri = with_address(libvirt.connect_uri, config, members);
  options.migrate_uri = with_address(libvirt.migrate_uri, config, members);
  options.allow_unsafe = libvirt.allow_unsafe;
  options.allow_defined = config.parameters.relief.allow_defined;
  options.connect_timeout = libvirt.connect_timeout;
  return hypervisor::make_libvirt(options);
}

std::unique_ptr<host::Probe> open_probe(const config::Config& config) {
  if (config.hypervisor.kind == config::HypervisorKind::kSimulated)
    return hypervisor::make_simulated_probe(simulated_options(config));
  host::Options options;
  options.capacity = {config.host.cpu_cores, config.host.memory_mib, config.host.network_mbit};
  options.uplinks = config.host.uplinks;
  options.link_speed_mbit = config.host.link_speed_mbit;
  return host::make_probe(options);
}

}  // namespace prumo::daemon
