"""Synthetic traces: clusters of 20 hosts and 200 VMs over 12 hours, sampled every 30 s, the same for a seed.

    day       slow waves, each VM at an hour of its own, with noise: what most clusters do
    bursts    a low level, and bursts of 2 to 20 min at random: what smoothing is made for
    growing   as day, and one host in five whose VMs grow until it is too small
    tight     as day, at 80 % of the cluster's capacity: little room anywhere
"""

import math
import pathlib
import random

HOSTS = 20
VMS_PER_HOST = 10
CORES = 16
MEMORY_MIB = 131072
NETWORK_MBIT = 10000
HOURS = 12
INTERVAL_S = 30
KINDS = ("day", "bursts", "growing", "tight")


class Vm:
    """One VM's cpu demand in cores, by time in seconds."""

    def __init__(self, kind, host, draw):
        self.kind, self.host, self.draw = kind, host, draw
        self.mean = draw.lognormvariate(0, 0.5) * CORES / VMS_PER_HOST * (0.8 if kind == "tight" else 0.55) / 1.13
        self.phase = draw.uniform(0, 2 * math.pi)
        self.period = draw.uniform(3, 10) * 3600
        self.memory = draw.choice((2048, 4096, 8192, 12288))
        self.image = self.memory * draw.uniform(0.3, 0.9)
        self.noise = 0.0
        self.burst_until = 0

    def cpu(self, t):
        self.noise = 0.9 * self.noise + self.draw.gauss(0, 0.08)
        if self.kind == "bursts":
            if t >= self.burst_until and self.draw.random() < INTERVAL_S / 5400:
                self.burst_until = t + self.draw.uniform(120, 1200)
            level = 3.0 if t < self.burst_until else 0.6
        else:
            level = 1 + 0.5 * math.sin(2 * math.pi * t / self.period + self.phase)
            if self.kind == "growing" and self.host % 5 == 0:
                level *= 1 + 1.2 * t / (HOURS * 3600)
        return max(0.01, self.mean * level * (1 + self.noise))


def write(kind, folder, seed=1):
    """Writes the trace and returns its folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(f"{kind} {seed}")
    with open(folder / "hosts.csv", "w") as out:
        out.write("host,cpu,memory,network\n")
        for h in range(HOSTS):
            out.write(f"h{h + 1:02},{CORES},{MEMORY_MIB},{NETWORK_MBIT}\n")
    vms = [Vm(kind, i % HOSTS, draw) for i in range(HOSTS * VMS_PER_HOST)]
    with open(folder / "samples.csv", "w") as out:
        out.write("time,host,vm,cpu,memory,network,image_mib\n")
        for t in range(0, HOURS * 3600, INTERVAL_S):
            for i, vm in enumerate(vms):
                out.write(f"{t},h{vm.host + 1:02},vm{i:03},{vm.cpu(t):.3f},{vm.memory},5,{vm.image:.0f}\n")
    return folder
