"""Daemons with a network and a small disk each, the machines whose load changes, and somebody who watches them."""

import fcntl
import signal
import subprocess
import threading
import time

from tests.soak.checker import Rules, Seen, check, migrations
from tests.soak.nemesis import Nemesis
from tests.soak.network import Network
from tests.soak.world import DISK, Soaked
from tests.support.cluster import BUILD, Cluster

SETTLE_S, COOLDOWN_S = 3.0, 6.0
OPTIONS = f"""
[relief]
sample_interval = "500ms"
settle = "{SETTLE_S:g}s"
cooldown = "{COOLDOWN_S:g}s"
"""
CORES = 4
LOOK_S = 0.05


class SoakCluster(Soaked, Cluster):
    def __init__(self, hosts):
        self.network = Network([f"h{i + 1}" for i in range(hosts)], "prumo-soak")
        super().__init__(hosts, OPTIONS)
        (self.machines / "jobs").mkdir(exist_ok=True)
        for name in self.names:
            (self.folder / name / "state").mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", self.folder / name / "state"],
                           check=True)

    def endpoint(self, name):
        return f"tcp://{self.network.address(name)}:7400"

    def start(self, *names):
        for name in names or self.names:
            with open(self.folder / name / "log", "ab") as log:
                self.processes[name] = subprocess.Popen(
                    [*self.network.inside(name), BUILD / "prumod", "--config", self.folder / name / "prumo.toml"],
                    stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def begin(self, rng, say):
        """The nemesis of the cluster, which runs and is watched."""
        self.populate(rng)
        self.start()
        self.wait_for_coordinator()
        self.watcher = Watcher(self)
        self.watcher.start()
        return Nemesis(self, rng, say)

    def judge(self, told):
        """(what is wrong, migrations begun, arrived, what else there is to say)"""
        seen = self.watcher.end()
        moved = migrations(seen)
        wrong = check(Rules(frozenset(seen[0].where), SETTLE_S, COOLDOWN_S), told, seen)
        return wrong, len(moved), sum(1 for m in moved if m[5]), []

    def populate(self, rng):
        for name in self.names:
            self.load(name, 0.0)
            for i in range(3):
                self.define_vm(f"{name}v{i}", name, cpu=f"{rng.uniform(0.2, 0.7):.2f}", memory=512,
                               image=rng.choice([150, 250, 400]))

    def load(self, name, cores):
        """The host's own work, changed at once and whole: the daemons read it at any moment."""
        path = self.machines / "hosts" / name
        temporary = path.with_name(f".{name}.tmp")
        temporary.write_text(f"cores = {CORES}\nmemory_mib = 16384\nnetwork_mbit = 1000\nbase_cpu = {cores:.2f}\n")
        temporary.rename(path)

    @staticmethod
    def draw_load(rng):
        """Mostly calm, at times too much."""
        return rng.choice([0.0, 0.3, 0.8, rng.uniform(1.8, 2.6)])

    def look(self):
        where, travels = {}, {}
        with open(self.machines / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            at = time.time()
            for path in (self.machines / "vms").iterdir():
                if not path.name.startswith("."):
                    where.setdefault(self._value(path, "id"), []).append(self._value(path, "host"))
            for path in (self.machines / "jobs").iterdir():
                if not path.name.startswith("."):
                    travels[path.name] = (self._value(path, "from"), self._value(path, "to"))
        return Seen(at, where, travels)

    def close(self):
        for name in self.running():
            self.processes[name].send_signal(signal.SIGCONT)
            self.kill(name)
        for name in self.names:
            subprocess.run(["umount", self.folder / name / "state"], check=False, capture_output=True)
        super().close()
        self.network.close()


class Watcher(threading.Thread):
    """Keeps what changed of what is seen, and the last look."""

    def __init__(self, cluster):
        super().__init__(daemon=True)
        self.cluster, self.seen, self.ended = cluster, [], threading.Event()

    def run(self):
        while not self.ended.wait(LOOK_S):
            look = self.cluster.look()
            if not self.seen or (look.where, look.travels) != (self.seen[-1].where, self.seen[-1].travels):
                self.seen.append(look)

    def end(self):
        self.ended.set()
        self.join()
        self.seen.append(self.cluster.look())
        return self.seen
