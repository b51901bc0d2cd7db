#pragma once
// One live migration by libvirt, peer to peer: the two libvirts do it among themselves, so it goes
// on when this process dies.
//
// Three connections, since each serves its calls one by one: one on which the call blocks, in a
// thread of its own; one that looks at the progress meanwhile and hears how it ended; one to abort.
// How it ended is told by libvirt's answer and, where the answer got lost, by nothing else: then it
// is unknown, and whoever asked must look on both hosts.

#include "src/core/result.h"
#include "src/hypervisor/domain_xml.h"
#include "src/hypervisor/hypervisor.h"

namespace prumo::hypervisor {

[[nodiscard]] MigrationEnded migrate_by_libvirt(const LibvirtOptions&, const Migration&,
                                                const IsShared&, const OnProgress&);

/// Asks the source's libvirt to give up the running job of that VM.
[[nodiscard]] Result<void> abort_by_libvirt(const LibvirtOptions&, const VmId&);

}  // namespace prumo::hypervisor
