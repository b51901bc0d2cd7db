#include "src/hypervisor/domain_xml.h"

#include <pugixml.hpp>

namespace prumo::hypervisor {
namespace {

constexpr const char* kNamespace = "urn:prumo:vm";

std::string value(const pugi::xml_node& node, const char* attribute) {
  return node.attribute(attribute).as_string();
}

/// A virtual function that is unplugged for the time of the migration, its virtio partner carrying
/// on.
bool is_failover(const pugi::xml_node& device) {
  return value(device.child("teaming"), "type") == "transient";
}

std::string pinned_by_hostdevs(const pugi::xml_node& devices) {
  for (const pugi::xml_node& device : devices.children("hostdev")) {
    if (is_failover(device)) continue;
    const std::string type = value(device, "type");
    return "uses a device of this host (" + (type.empty() ? "hostdev" : type) + ")";
  }
  for (const pugi::xml_node& device : devices.children("interface")) {
    const std::string type = value(device, "type");
    if (type == "vdpa") return "uses a network device of this host (vdpa)";
    if (type == "hostdev" && !is_failover(device))
      return "uses a network device of this host (hostdev)";
  }
  for (const char* kind : {"serial", "parallel", "console"})
    for (const pugi::xml_node& device : devices.children(kind))
      if (value(device, "type") == "dev")
        return std::string("uses a ") + kind + " port of this host";
  for (const pugi::xml_node& device : devices.children("tpm"))
    if (value(device.child("backend"), "type") == "passthrough") return "uses this host's TPM";
  return {};
}

/// The disk's file and all files it is layered on; each on shared storage, or the first that is
/// not.
std::string local_file_of(const pugi::xml_node& disk, const IsShared& is_shared) {
  for (pugi::xml_node layer = disk; layer; layer = layer.child("backingStore")) {
    const std::string file = value(layer.child("source"), "file");
    if (!file.empty() && !is_shared(file)) return file;
  }
  return {};
}

std::string pinned_by_disks(const pugi::xml_node& devices, const IsShared& is_shared) {
  for (const pugi::xml_node& disk : devices.children("disk")) {
    const std::string type = value(disk, "type");
    const std::string target = value(disk.child("target"), "dev");
    if (disk.child("transient")) return "disk " + target + " is transient";
    if (type == "nvme" || type == "vhostvdpa" || type == "dir")
      return "disk " + target + " is on this host only (" + type + ")";
    // A medium that the destination may leave out is no obstacle.
    const std::string policy = value(disk.child("source"), "startupPolicy");
    if (policy == "optional" || policy == "requisite") continue;
    if (const std::string file = local_file_of(disk, is_shared); !file.empty())
      return "disk " + target + " is not on shared storage: " + file;
  }
  return {};
}

std::string pinned_by_the_rest(const pugi::xml_node& domain, const pugi::xml_node& devices) {
  if (devices.child("filesystem")) return "shares a folder of this host";
  if (devices.child("shmem")) return "shares memory with others on this host";
  if (domain.child("launchSecurity")) return "its memory is encrypted for this host's CPU";
  const pugi::xml_node cpu = domain.child("cpu");
  if (value(cpu, "migratable") == "off") return "its CPU is set to be not migratable";
  bool fixed_tsc = false;
  for (const pugi::xml_node& timer : domain.child("clock").children("timer"))
    fixed_tsc = fixed_tsc || (value(timer, "name") == "tsc" && timer.attribute("frequency"));
  for (const pugi::xml_node& feature : cpu.children("feature"))
    if (value(feature, "name") == "invtsc" && value(feature, "policy") == "require" && !fixed_tsc)
      return "needs an invariant TSC without a set frequency";
  return {};
}

/// libvirt keeps the element with whatever prefix its writer chose for the namespace, or none.
std::string wishes_of(const pugi::xml_node& domain) {
  for (const pugi::xml_node& node : domain.child("metadata").children()) {
    const std::string name = node.name();
    const auto colon = name.find(':');
    const std::string prefix = colon == std::string::npos ? "" : ":" + name.substr(0, colon);
    const std::string local = colon == std::string::npos ? name : name.substr(colon + 1);
    if (local != "vm" || value(node, ("xmlns" + prefix).c_str()) != kNamespace) continue;
    std::string wishes;
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string key = attribute.name();
      if (key.starts_with("xmlns")) continue;
      wishes += (wishes.empty() ? "" : " ") + key + "=" + attribute.value();
    }
    return wishes;
  }
  return {};
}

}  // namespace

DomainTraits traits_of(std::string_view xml, const IsShared& is_shared) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node domain = document.child("domain");
  if (!parsed || !domain) return {"its definition can't be read", false, {}};
  const pugi::xml_node devices = domain.child("devices");
  DomainTraits traits;
  traits.hugepages = static_cast<bool>(domain.child("memoryBacking").child("hugepages"));
  traits.pinned = pinned_by_hostdevs(devices);
  if (traits.pinned.empty()) traits.pinned = pinned_by_disks(devices, is_shared);
  if (traits.pinned.empty()) traits.pinned = pinned_by_the_rest(domain, devices);
  traits.wishes = wishes_of(domain);
  return traits;
}

}  // namespace prumo::hypervisor
