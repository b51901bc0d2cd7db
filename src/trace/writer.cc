#include "src/trace/writer.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

namespace prumo::trace {
namespace {

namespace fs = std::filesystem;

/// Six significant digits are more than any sensor has.
std::string number(double value) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6).ptr;
  return {text, end};
}

std::string cells(const Resources& r) {
  return number(r.cpu) + "," + number(r.memory) + "," + number(r.network);
}

/// A name as a cell: what separates or quotes becomes an underscore.
std::string cell(std::string text) {
  for (char& c : text)
    if (c == ',' || c == '"' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) c = '_';
  return text;
}

}  // namespace

Result<Writer> Writer::create(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(folder + ": " + error.message() + "; name another folder");
  const fs::path samples = fs::path(folder) / "samples.csv";
  if (fs::exists(samples, error))
    return fail(folder + ": holds a trace already; name another folder, or remove that one");
  Writer writer(folder);
  writer.samples_.open(samples, std::ios::binary);
  if (const auto begun = writer.append("time,host,vm,cpu,memory,network,image_mib\n"); !begun)
    return tl::unexpected(begun.error());
  return writer;
}

Result<void> Writer::append(const std::string& text) {
  samples_ << text << std::flush;
  if (!samples_)
    return fail(folder_ + "/samples.csv: " + std::strerror(errno) + "; is the disk full?");
  return {};
}

Result<void> Writer::comment(const std::string& text) {
  std::string line = text;
  std::replace(line.begin(), line.end(), '\n', ' ');
  return append("# " + line + "\n");
}

Result<void> Writer::write_hosts() {
  const fs::path path = fs::path(folder_) / "hosts.csv";
  const fs::path draft = path.string() + ".new";
  std::ofstream file(draft, std::ios::binary);
  file << "host,cpu,memory,network\n";
  for (const auto& [host, capacity] : capacities_)
    file << cell(host.value) << "," << cells(capacity) << "\n";
  file.close();
  std::error_code error;
  if (file) fs::rename(draft, path, error);
  if (!file || error) return fail(path.string() + ": can't be written; is the disk full?");
  return {};
}

Result<void> Writer::step(const std::string& time, const std::vector<HostRows>& hosts) {
  bool changed = false;
  std::string text;
  for (const HostRows& h : hosts) {
    const auto [known, fresh] = capacities_.try_emplace(h.host, h.capacity);
    changed = changed || fresh || !(known->second == h.capacity);
    known->second = h.capacity;
    const std::string start = time + "," + cell(h.host.value) + ",";
    text += start + "," + cells(h.usage) + ",\n";
    for (const VmRow& vm : h.vms)
      text += start + cell(vm.vm.value) + "," + cells(vm.usage) + "," + number(vm.image_mib) + "\n";
  }
  // First, so that no row names a host that hosts.csv does not.
  if (changed)
    if (const auto written = write_hosts(); !written) return written;
  return append(text);
}

}  // namespace prumo::trace
