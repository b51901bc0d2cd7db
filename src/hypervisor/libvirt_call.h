#pragma once
// The one call of libvirt that migrates, made in a thread of its own: it blocks until the end.

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "policy/method.h"
#include "src/hypervisor/hypervisor.h"
#include "src/hypervisor/libvirt_handle.h"

namespace prumo::hypervisor {

/// What the call is told besides where to.
class MigrateParameters {
 public:
  explicit MigrateParameters(const Migration&);
  ~MigrateParameters() { virTypedParamsFree(list_, count_); }
  MigrateParameters(const MigrateParameters&) = delete;
  MigrateParameters& operator=(const MigrateParameters&) = delete;

  [[nodiscard]] virTypedParameterPtr list() const { return list_; }
  [[nodiscard]] unsigned count() const { return static_cast<unsigned>(count_); }

 private:
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0;
  int size_ = 0;
};

/// `persistent`: the domain is defined at the source.
[[nodiscard]] unsigned migrate_flags(const LibvirtOptions&, const policy::MigrationSettings&,
                                     policy::Method, bool persistent);

/// How libvirt answered.
struct CallAnswer {
  bool ok = false;
  bool connection_alive = false;
  VirError error;
};

/// Begins at once; the destructor waits for the end.
class MigrateCall {
 public:
  MigrateCall(Connection, DomainHandle, unsigned flags, const Migration&);
  ~MigrateCall() { thread_.join(); }
  MigrateCall(const MigrateCall&) = delete;
  MigrateCall& operator=(const MigrateCall&) = delete;

  /// The answer, when it comes within `patience`.
  [[nodiscard]] std::optional<CallAnswer> wait(Duration patience);

 private:
  void run();

  Connection connection_;
  DomainHandle domain_;
  MigrateParameters parameters_;
  std::string uri_;
  unsigned flags_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::optional<CallAnswer> answer_;
  std::thread thread_;  ///< last: it uses all of the above
};

}  // namespace prumo::hypervisor
