// A domain's XML as libvirt gives it: parts of it are written by whoever defined the VM.

#include "src/hypervisor/domain_xml.h"
#include "tests/fuzz/input.h"

using namespace prumo;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const bool shared : {true, false})
    (void)hypervisor::traits_of(fuzz::text_of(data, size),
                                [shared](const std::string&) { return shared; });
  return 0;
}
