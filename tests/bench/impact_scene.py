"""Three libvirt hosts on one 100 Mbit/s network, a prumod in each, and a guest with a web server, whose memory is
really full. What is migrated is migrated and measured by `prumo impact`."""

import dataclasses
import json
import pathlib
import subprocess

from tests.bench.impact_relations import silent_before
from tests.support.cluster import BUILD, eventually
from tests.support.lab import Lab, PATIENCE_LAB

MBIT = 100
ADDRESS = "10.78.0.101"
PAGE = f"http://{ADDRESS}/"
PING = f"udp://{ADDRESS}:7007/ping"
PATIENCE_AFTER = 60  # s, with a guest that has just been migrated
SERIAL = "/var/log/libvirt/qemu/vm1-serial.log"
SETTINGS = """
[relief]
sample_interval = "500ms"
settle = "1s"
cooldown = "1s"
"""


class Harm(Exception):
    """What befell a guest, by its migration or before."""


@dataclasses.dataclass(frozen=True)
class Load:
    """What goes on in the guest, and how its service is asked."""
    name: str
    probe: str = PING
    rate: float = 50  # requests a second
    service_level_ms: float = 250
    net: int = 0  # kbit/s that it sends
    dirty: int = 0  # MiB/s that it writes ...
    wss: int = 4  # ... within so many MiB

    def settings(self):
        return f"set net={self.net} dirty={self.dirty} wss={self.wss}"


IDLE = Load("idle")
NETWORK = Load("network", net=5000)
WEB = Load("web", PAGE, 20, dirty=3, wss=40)
SOCIAL = Load("social", PAGE, 10, 1000, dirty=4, wss=56)


class Scene:
    """One guest at a time; it wanders from host to host."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.lab = Lab(3, options=SETTINGS, top='mode = "advise"', lab_id="prumo-impact", cpus=2, memory_mib=4096,
                       one_cable=True, migration="allow_post_copy = true")
        try:
            for host in self.lab.names:
                self.lab.lab("host", "rate", host, MBIT)
            self.lab.start()
            self.lab.ready()
        except BaseException:
            self.lab.close()
            raise
        self.guest = None  # MiB and load

    def close(self):
        self.lab.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def prepare(self, mib, load):
        """A guest of so many MiB under that load, its memory full; the one that is there, if it is such a one."""
        if self.guest == (mib, load):
            return
        self.guest = None
        self.lab.guest("stop", 1)
        self.lab.guest("start", "h1", 1, f"mem={mib}", "web=1")
        eventually(lambda: self.page_comes(), "the guest's web server answers", PATIENCE_LAB, 0.5)
        # For its kernel, which keeps more of more memory for itself, and its web server.
        spare = max(40, mib // 12)
        free = int(self.stat("stat")["free_mib"])
        self.stat(load.settings())
        self.stat(f"set hold={free - spare - (load.wss if load.dirty else 0)}")
        eventually(lambda: int(self.stat("stat")["free_mib"]) < spare + 12, "the guest's memory is full",
                   PATIENCE_LAB, 0.5)
        if load.dirty:
            eventually(lambda: int(self.stat("stat")["dirtied_pages"]) > load.wss * 256,
                       "all that it writes to has been written once", PATIENCE_LAB, 0.5)
        self.guest = (mib, load)

    def page_comes(self):
        return subprocess.run(self.inside("ab", "-q", "-n", 1, PAGE), capture_output=True).returncode == 0

    def stat(self, words):
        return self.patiently(lambda: self.lab.say(1, words))

    def health(self, patience=PATIENCE_LAB):
        return self.patiently(lambda: self.lab.health(1), patience)

    def check(self, health, how):
        """That the guest is what it was before a migration; else it is given up."""
        try:
            unharmed = self.health(PATIENCE_AFTER) == health
        except AssertionError:
            self.give_up(f"{how}: the guest answers no more")
        if not unharmed:
            self.give_up(f"{how}: the guest started anew, or found its memory or disk changed")

    def give_up(self, why):
        self.guest = None
        raise Harm(f"{why}; its kernel's last word: {self.last_word()}")

    def last_word(self):
        lines = self.lab.inside(self.lab.where_is(1), "tail", "-n", "1", SERIAL).splitlines()
        return lines[-1].strip() if lines else "none"

    @staticmethod
    def patiently(ask, patience=PATIENCE_LAB):
        """A guest that is busy with pages, or with filling its memory, may be slow to tell."""
        def told():
            try:
                return ask()
            except AssertionError:
                return None
        return eventually(told, "the guest answers", patience)

    def inside(self, *words):
        """A command where the guests' users are."""
        return ["ip", "netns", "exec", f"{self.lab.environment['LAB_ID']}-sw", *map(str, words)]

    def observe(self, load, rate, seconds):
        return self.prumo_impact(load, rate, "--observe", f"{seconds}s")

    def migrate(self, load, method, before=5, after=5, rate=None, plots=()):
        """The report of one migration. Raises Harm."""
        source = self.lab.where_is(1)
        to = self.lab.names[(self.lab.names.index(source) + 1) % len(self.lab.names)]
        self.rest(to)
        health = self.health()
        report = self.prumo_impact(load, rate or load.rate, "vm1", "--to", to, "--method", method, "--before",
                                   f"{before}s", "--after", f"{after}s", "--give-up", "10s",
                                   *(w for p in plots for w in ("--plot", self.folder / p)))
        passage, = report["passages"]
        if passage["outcome"] != "done":
            raise SystemExit(f"the migration to {to} by {method} ended: {passage['outcome']} {passage['reason']}")
        self.check(health, f"after {method} to {to}")
        if silent := silent_before(passage):
            self.give_up(f"before {method} to {to}: the guest answered nothing for {silent:.0f} s")
        return report

    def rest(self, to):
        """Waits until nobody is busy with the migration before."""
        eventually(lambda: (said := self.lab.ask(to, "hosts")) and
                   all(h["healthy"] and h["slot"] == "free" for h in said["hosts"]) and not self.running(to),
                   "all hosts are ready", PATIENCE_LAB, 0.2)

    def running(self, host):
        said = self.lab.ask(host, "migrations")
        return said["running"] if said else [None]

    def prumo_impact(self, load, rate, *words):
        done = subprocess.run(
            self.inside(BUILD / "prumo", "impact", *words, "--probe", load.probe, "--rate", rate, "--service-level",
                        f"{load.service_level_ms}ms", "--format", "json", *self.lab.at("h1")),
            capture_output=True, text=True, timeout=1800)
        if done.returncode == 2 or not done.stdout:
            raise SystemExit(done.stderr.strip())
        report = json.loads(done.stdout)
        del report["series"]
        return report

    def ab(self, concurrency, seconds, raw):
        """Starts ApacheBench: a closed loop of so many clients."""
        return subprocess.Popen(
            self.inside("ab", "-q", "-r", "-s", 300, "-c", concurrency, "-t", seconds, "-n", 1000000, "-g", raw, PAGE),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
