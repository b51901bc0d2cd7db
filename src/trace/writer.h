#pragma once
// Writes a trace folder, so that it can be read at any moment: each step is flushed whole, and
// hosts.csv is replaced by renaming when a host turns up that it does not name yet.

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "src/core/ids.h"
#include "src/core/result.h"
#include "src/core/units.h"

namespace prumo::trace {

struct VmRow {
  VmId vm;
  Resources usage;
  double image_mib = 0;
};
struct HostRows {
  HostId host;
  Resources capacity;
  Resources usage;  ///< of the host as a whole
  std::vector<VmRow> vms;
};

class Writer {
 public:
  /// Makes the folder. Error: it holds a trace already, or can't be written.
  static Result<Writer> create(const std::string& folder);

  /// Appends the rows of one moment; `time` as it is to stand there.
  Result<void> step(const std::string& time, const std::vector<HostRows>&);
  /// Appends a line that readers skip.
  Result<void> comment(const std::string& text);

 private:
  explicit Writer(std::string folder) : folder_(std::move(folder)) {}
  Result<void> write_hosts();
  Result<void> append(const std::string& text);

  std::string folder_;
  std::ofstream samples_;
  std::map<HostId, Resources> capacities_;
};

}  // namespace prumo::trace
