"""The main job on simulated machines: a hot host is relieved, the coordinator is killed, and again."""

import signal
import sys
import time

from scripts.story import show, title, watch
from tests.support.cluster import Cluster, eventually

OPTIONS = """
[relief]
sample_interval = "1s"
cooldown = "10s"
"""
VMS = {  # host: [(name, cores, configured MiB, resident MiB)]
    "h1": [("db1", "1.2", 2048, 1200), ("web2", "1.4", 512, 260), ("web3", "0.7", 512, 160)],
    "h2": [("mail1", "0.7", 1024, 300), ("wiki1", "0.5", 512, 200)],
    "h3": [("ci1", "1.0", 1024, 500), ("ci2", "0.8", 1024, 400)],
    "h4": [("git1", "0.4", 1024, 350)],
    "h5": [("dns1", "0.1", 256, 80), ("log1", "1.5", 1024, 600)],
}


def load(cluster, name, host, cores):
    _, memory, image = next((c, m, i) for n, c, m, i in VMS[host] if n == name)
    cluster.define_vm(name, host, cpu=cores, memory=memory, image=image, dirty=20)


def await_event(cluster, host, until):
    if not watch(cluster, host, until):
        raise SystemExit("the demo did not come to its end within its time; see the log above")


def main():
    begun = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Cluster(5, OPTIONS) as cluster:
        for host, vms in VMS.items():
            cluster.define_host(host, cpu=4, memory=8192)
            for name, cores, memory, image in vms:
                cluster.define_vm(name, host, cpu=cores, memory=memory, image=image, dirty=20)
        before = cluster.where()
        title("Five hosts, one daemon each, CURVE keys made by prumo init and prumo keygen")
        cluster.start()
        first = cluster.wait_for_coordinator()
        eventually(lambda: all(h["healthy"] for h in cluster.ask("h1", "hosts")["hosts"]), "five healthy hosts")
        show(cluster, "h2", "status")

        title("web2 on h1 becomes busy: h1 is overloaded")
        load(cluster, "web2", "h1", "2.2")
        await_event(cluster, "h2", lambda: any(
            cluster.where()[v] != "h1" for v in ("db1", "web2", "web3")))
        show(cluster, "h2", "explain", "h1")

        title(f"kill -9 of the coordinator, {first}")
        cluster.kill(first)
        killed = time.monotonic()
        second = cluster.wait_for_coordinator()
        print(f"  {second} coordinates, {time.monotonic() - killed:.2f} s after the kill")

        title("ci2 on h3 becomes busy: h3 is overloaded, and relieved under the new coordinator")
        load(cluster, "ci2", "h3", "2.0")
        witness = "h2" if second != "h2" else "h4"
        await_event(cluster, witness, lambda: any(cluster.where()[v] != "h3" for v in ("ci1", "ci2")))
        show(cluster, witness, "status")
        show(cluster, witness, "migrations")

        after = cluster.where()
        title("Summary")
        moved = [f"{v} {before[v]} -> {after[v]}" for v in sorted(after) if before[v] != after[v]]
        print(f"  moved: {', '.join(moved)}")
        print(f"  {len(before)} VMs before, {len(after)} after; coordinators {first}, then {second}; "
              f"{time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
