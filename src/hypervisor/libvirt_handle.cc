#include "src/hypervisor/libvirt_handle.h"

#include <array>
#include <chrono>
#include <mutex>
#include <thread>

namespace prumo::hypervisor {
namespace {

constexpr int kKeepaliveInterval = 5;  ///< seconds
constexpr unsigned kKeepaliveCount = 3;

/// libvirt's keepalive and events need its event loop, of which there is one per process. It runs
/// for as long as the process does.
void start_event_loop() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Else every error is printed to standard error too.
    virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
    if (virEventRegisterDefaultImpl() != 0) return;
    std::thread([] {
      while (true)
        if (virEventRunDefaultImpl() != 0) std::this_thread::sleep_for(std::chrono::seconds(1));
    }).detach();
  });
}

}  // namespace

VirError last_error() {
  const virErrorPtr error = virGetLastError();
  if (error == nullptr) return {};
  std::string message = error->message != nullptr ? error->message : "unknown error";
  for (char& c : message)
    if (c == '\n' || c == '\r') c = ' ';
  return {error->code, std::move(message)};
}

Result<Connection> open_connection(const std::string& uri) {
  start_event_loop();
  Connection connection(virConnectOpen(uri.c_str()));
  if (!connection)
    return fail("libvirt at " + uri + " can't be reached: " + last_error().message +
                " (is libvirtd or virtqemud running, and may this user connect?)");
  // Drivers within this process (test:///) have no keepalive, nor need one.
  virConnectSetKeepAlive(connection.get(), kKeepaliveInterval, kKeepaliveCount);
  return connection;
}

Result<DomainHandle> find_domain(virConnectPtr connection, const VmId& vm) {
  DomainHandle domain(virDomainLookupByUUIDString(connection, vm.value.c_str()));
  if (!domain) return fail("VM " + vm.value + ": " + last_error().message);
  return domain;
}

std::string uuid_of(virDomainPtr domain) {
  std::array<char, VIR_UUID_STRING_BUFLEN> text{};
  return virDomainGetUUIDString(domain, text.data()) == 0 ? text.data() : "";
}

std::optional<unsigned long long> Parameters::number(const char* name) const {
  const virTypedParameterPtr found = virTypedParamsGet(list_, count_, name);
  if (found == nullptr) return std::nullopt;
  const auto natural = [](long long value) -> std::optional<unsigned long long> {
    if (value < 0) return std::nullopt;
    return static_cast<unsigned long long>(value);
  };
  switch (found->type) {
    case VIR_TYPED_PARAM_INT:
      return natural(found->value.i);
    case VIR_TYPED_PARAM_UINT:
      return found->value.ui;
    case VIR_TYPED_PARAM_LLONG:
      return natural(found->value.l);
    case VIR_TYPED_PARAM_ULLONG:
      return found->value.ul;
    default:
      return std::nullopt;
  }
}

}  // namespace prumo::hypervisor
