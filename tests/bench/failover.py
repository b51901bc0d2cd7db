"""How long a cluster is without a coordinator that acts, and what the daemons cost at idle."""

import argparse
import random
import time

from tests.bench.etcd import Etcd
from tests.bench.measure import cpu_seconds, loopback_bytes, private_mib, spread, table, until
from tests.support.cluster import Cluster

IDLE_SECONDS = 20
SETTLED_SECONDS = 1.5  # a daemon votes only once a promise that it may have forgotten in its restart has run out
OPTIONS = '[election]\ntakeover_delay = "1h"\n'  # no take-over in the middle of a measurement


def prepare(hosts, options=OPTIONS):
    cluster = Cluster(hosts, options)
    cluster.leaving = None
    for name in cluster.names:
        cluster.define_host(name)
        cluster.define_vm(f"vm-{name}", name)
    cluster.start()
    cluster.wait_for_coordinator()
    return cluster


def one(cluster, stop):
    """Seconds from ending the coordinator until all survivors follow one that acts."""
    until(lambda: cluster.coordinator() and all_alive(cluster))
    time.sleep(SETTLED_SECONDS + random.uniform(0, 0.2))  # anywhere between two heartbeats
    victim = cluster.coordinator()
    begun = time.monotonic()
    stop(victim)
    until(cluster.coordinator, pause=0.005)
    took = time.monotonic() - begun
    if cluster.leaving:
        cluster.leaving.wait()
    cluster.start(victim)
    return took


def all_alive(cluster):
    return all((s := cluster.ask(n, "hosts")) and all(h["state"] == "alive" for h in s["hosts"])
               for n in cluster.names)


def handover(cluster, name):
    """SIGTERM; the clock runs while it says farewell."""
    process = cluster.processes.pop(name)
    process.terminate()
    cluster.leaving = process


def idle(cluster):
    pids = {n: p.pid for n, p in cluster.processes.items()}
    until(cluster.coordinator)
    leader = cluster.coordinator()
    before = {n: cpu_seconds(p) for n, p in pids.items()}
    bytes_before, begun = loopback_bytes(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    took = time.monotonic() - begun
    cpu = {n: 100 * (cpu_seconds(p) - before[n]) / took for n, p in pids.items()}
    sent = (loopback_bytes() - bytes_before) / took / len(pids) / 1000
    followers = [n for n in cluster.names if n != leader]
    return [f"{cpu[leader]:.2f} %", f"{max(cpu[n] for n in followers):.2f} %",
            f"{private_mib(pids[leader]):.1f} MiB", f"{max(private_mib(pids[n]) for n in followers):.1f} MiB",
            f"{sent:.1f} kB/s"]


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench failover")
    parser.add_argument("--hosts", default="3,5,9")
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    times, costs = [], []
    for hosts in map(int, options.hosts.split(",")):
        with prepare(hosts) as cluster:
            costs.append([hosts, *idle(cluster)])
            kills = [one(cluster, cluster.kill) for _ in range(options.kills)]
            terms = []
            for _ in range(options.kills):
                terms.append(one(cluster, lambda name: handover(cluster, name)))
        etcd = Etcd(hosts)
        try:
            rival = [etcd.failover() for _ in range(options.kills)]
        finally:
            etcd.close()
        times.append([hosts, spread(kills), spread(terms), spread(rival)])
        table("Time without a coordinator, min / median / max",
              ["daemons", "prumo, kill -9", "prumo, SIGTERM", "etcd, kill -9"], times)
    table(f"At idle, over {IDLE_SECONDS} s, one core = 100 %",
          ["daemons", "CPU, coordinator", "CPU, busiest follower", "memory, coordinator", "memory, follower",
           "sent by each"], costs)


if __name__ == "__main__":
    main()
