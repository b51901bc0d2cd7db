#pragma once
// libvirt's C objects as owned values, and its errors as ours.

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <memory>
#include <optional>
#include <string>

#include "src/core/ids.h"
#include "src/core/result.h"

namespace prumo::hypervisor {

struct Closer {
  void operator()(virConnect* connection) const { virConnectClose(connection); }
  void operator()(virDomain* domain) const { virDomainFree(domain); }
  void operator()(virDomainStatsRecordPtr* list) const { virDomainStatsRecordListFree(list); }
};
using Connection = std::unique_ptr<virConnect, Closer>;
using DomainHandle = std::unique_ptr<virDomain, Closer>;
using StatsList = std::unique_ptr<virDomainStatsRecordPtr, Closer>;

/// The calling thread's last libvirt error.
struct VirError {
  int code = VIR_ERR_OK;
  std::string message;
};
[[nodiscard]] VirError last_error();

/// Opens a connection that notices within about 20 s when the daemon behind it is gone or stopped,
/// so that no call on it waits for ever. Starts libvirt's event loop at the first call. Errors: one
/// line, with the cure.
[[nodiscard]] Result<Connection> open_connection(const std::string& uri);

[[nodiscard]] Result<DomainHandle> find_domain(virConnectPtr, const VmId&);
[[nodiscard]] std::string uuid_of(virDomainPtr);

/// A list of named values as libvirt hands them out; does not own them.
class Parameters {
 public:
  Parameters(virTypedParameterPtr list, int count) : list_(list), count_(count) {}
  /// Any of libvirt's integer types; nothing when absent, of another type, or negative.
  [[nodiscard]] std::optional<unsigned long long> number(const char* name) const;
  [[nodiscard]] std::optional<unsigned long long> number(const std::string& name) const {
    return number(name.c_str());
  }

 private:
  virTypedParameterPtr list_;
  int count_;
};

}  // namespace prumo::hypervisor
