"""Real libvirt hosts with real guests: a network, a small disk and a libvirtd each that can be harmed, and somebody who
asks each libvirt what is there, through its own socket, many times a second."""

import pathlib
import subprocess
import threading
import time

import libvirt

from tests.soak.checker import check_told
from tests.soak.lab_checker import PAUSED, RUNNING, Look, Span, arrivals, check, twice
from tests.soak.nemesis import Nemesis
from tests.soak.world import DISK, Soaked
from tests.support.cluster import BUILD
from tests.support.lab import Lab

HOSTS, GUESTS = 3, 5
SETTLE_S, COOLDOWN_S, REPORT_S = 3.0, 8.0, 30.0
OPTIONS = f"""
[relief]
sample_interval = "1s"
settle = "{SETTLE_S:g}s"
cooldown = "{COOLDOWN_S:g}s"
"""
BANDWIDTH = 20  # MiB/s: a migration takes some seconds, in which harm can be done
LOOK_S = 0.2
SHOWN = {libvirt.VIR_DOMAIN_RUNNING: RUNNING, libvirt.VIR_DOMAIN_BLOCKED: RUNNING, libvirt.VIR_DOMAIN_PAUSED: PAUSED}

libvirt.registerErrorHandler(lambda *_: None, None)


class LabNetwork:
    def __init__(self, lab):
        self.lab = lab

    def drop(self, host, other):
        self.lab.lab("host", "drop", host, other)

    def loss(self, host, share):
        self.lab.lab("host", "loss", host, round(100 * share))

    def heal(self, host):
        self.lab.lab("host", "undrop", host)


class SoakLab(Soaked, Lab):
    def __init__(self):
        super().__init__(HOSTS, OPTIONS, bandwidth=BANDWIDTH, lab_id="prumo-soak-lab")
        self.network = LabNetwork(self)
        try:
            self.first = {name: int(self.lab("host", "pid", name)) for name in self.names}
            for name in self.names:
                state = self.folder / name / "state"
                self.inside(name, "mkdir", "-p", state)
                self.inside(name, "mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", state)
                self.install_hook(name)
        except BaseException:
            self.close()
            raise

    @staticmethod
    def ended(process):
        return process.starter.poll() is not None

    def seen_inside(self, name, path):
        """A path of that host, as everybody can reach it."""
        return pathlib.Path(f"/proc/{self.first[name]}/root{path}")

    def state(self, name):
        return self.seen_inside(name, self.folder / name / "state")

    def begin(self, rng, say):
        for number in range(1, GUESTS + 1):
            self.start_guests(self.names[number % HOSTS], {number: {"mem": 96, "dirty": 1, "wss": 4}})
        self.healthy = {n: self.health(n) for n in range(1, GUESTS + 1)}
        self.start()
        self.ready()
        self.watcher = LabWatcher(self)
        self.watcher.start()
        self.operator = LabOperator(self, self.watcher, say)
        return LabNemesis(self, rng, say)

    def tend(self):
        super().tend()
        self.operator.look()

    def judge(self, told):
        wrong = []
        for number, health in self.healthy.items():
            try:
                where = self.where_is(number)
                if where not in self.names or self.health(number) != health:
                    wrong.append(f"vm{number} was {health} (boot, errors), is {self.health(number)} on {where or 'no host'}")
            except AssertionError as error:
                wrong.append(f"vm{number} does not answer: {error}")
        spans = self.watcher.end()
        excused = frozenset(vm for vm, _ in self.operator.settled)
        wrong += check_told(told) + check(spans, told, excused, SETTLE_S, COOLDOWN_S, REPORT_S)
        came = [a for each in spans.values() for a in arrivals(each)]
        also = [f"an operator was needed for {vm}: {why}" for vm, why in self.operator.settled]
        also += [f"{vm} ran on {' and '.join(hosts)} for {seconds:.1f} s, as libvirt left it, and was reported"
                 for vm, hosts, _, seconds, said in twice(spans, told, REPORT_S) if said]
        return wrong, len(came), sum(1 for a in came if a.ran_after is not None), also

    @staticmethod
    def draw_load(rng):
        return rng.choice([0, 0.5, 0.95, 0.95])

    def load(self, name, share):
        if share:
            self.fill(name, share)
        else:
            self.busy(name)

    def libvirtd(self, name, signal):
        self.inside(name, "sh", "-c", f"kill -{signal} $(cat /run/lab-libvirtd.pid)")


class LabNemesis(Nemesis):
    LONGEST_S = 12  # longer than libvirt's keepalive in the lab
    PAUSE_S = 8  # a migration takes some seconds

    def deeds(self):
        return [*super().deeds(), self.end_libvirtd, self.kill_libvirtd, self.stop_libvirtd, *4 * [self.move]]

    def move(self, host, _):
        """Somebody moves a VM by hand: three hosts in trouble seldom have the quiet in which a relief begins."""
        vm = f"vm{self.rng.randint(1, GUESTS)}"
        self.say(f"somebody wants {vm} on {host}")
        subprocess.Popen(["timeout", "20", BUILD / "prumo", "migrate", vm, "--to", host, "--no-wait",
                          *self.cluster.at(host)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)

    def end_libvirtd(self, host, seconds):
        self.cluster.lab("host", "libvirtd-stop", host)
        self._hurt(host, seconds, "has its libvirtd ended", lambda: self.cluster.lab("host", "libvirtd-start", host))

    def kill_libvirtd(self, host, _):
        self.cluster.libvirtd(host, "KILL")
        self._hurt(host, 0, "has its libvirtd killed", lambda: self.cluster.lab("host", "libvirtd-start", host))

    def stop_libvirtd(self, host, seconds):
        self.cluster.libvirtd(host, "STOP")
        self._hurt(host, seconds, "has its libvirtd stopped", lambda: self.cluster.libvirtd(host, "CONT"))


class LabWatcher:
    """A thread for each host: one whose libvirtd is stopped holds up no other."""

    def __init__(self, lab):
        self.lab, self.spans, self.finished = lab, {name: [] for name in lab.names}, threading.Event()
        self.threads = [threading.Thread(target=self._watch, args=[name], daemon=True) for name in lab.names]

    def start(self):
        for thread in self.threads:
            thread.start()

    def _watch(self, name):
        socket = self.lab.seen_inside(name, "/run/libvirt/libvirt-sock")
        connection = None
        while not self.finished.wait(LOOK_S):
            try:
                connection = connection or libvirt.open(f"qemu+unix:///system?socket={socket}")
                begun = time.time()
                states = {d.name(): self._state(d) for d in connection.listAllDomains()}
                self._keep(name, states, Look(begun, time.time()))
            except libvirt.libvirtError:
                connection = None

    @staticmethod
    def _state(domain):
        return SHOWN.get(domain.state()[0], "off")

    def _keep(self, name, states, look):
        spans = self.spans[name]
        if spans and spans[-1].states == states:
            spans[-1].last = look
        else:
            spans.append(Span(name, states, look, look))

    def now(self):
        """VM -> {host: state}; None while a host has not answered of late."""
        latest = [spans[-1] for spans in self.spans.values() if spans]
        if len(latest) < len(self.spans) or any(s.last.ended < time.time() - 2 for s in latest):
            return None
        where = {}
        for span in latest:
            for vm, state in span.states.items():
                where.setdefault(vm, {})[span.host] = state
        return where

    def end(self):
        self.finished.set()
        for thread in self.threads:
            thread.join()
        return self.spans


class LabOperator:
    """Does what a sane operator would with what prumo says needs one: keeps what runs, else the half at the source."""

    PATIENCE_S = 4  # before somebody comes to look

    def __init__(self, lab, watcher, say):
        self.lab, self.watcher, self.say = lab, watcher, say
        self.since = {}  # VM -> when its need was first seen
        self.settled = []  # (VM, what was said of it)

    def needs(self):
        """VM -> {host: why}, by the account of any daemon that answers."""
        for name in self.lab.running():
            if said := self.lab.ask(name, "vms", timeout=1):
                needs = {}
                for vm in said["vms"]:
                    if vm["needs_operator"]:
                        needs.setdefault((vm["name"], vm["id"]), {})[vm["host"]] = vm["needs_operator"]
                return needs
        return {}

    def look(self):
        needs = self.needs()
        self.since = {vm: self.since.get(vm, time.monotonic()) for vm in needs}
        for vm, since in self.since.items():
            if time.monotonic() > since + self.PATIENCE_S and (where := self.watcher.now()) is not None:
                self._settle(*vm, needs[vm], where.get(vm[0], {}))
                self.since[vm] = time.monotonic()

    def _settle(self, name, uuid, whys, where):
        self.say(f"{name} needs an operator: {'; '.join(f'{h}: {w}' for h, w in sorted(whys.items()))}; seen: {where}")
        self.settled.append((name, "; ".join(sorted({why.split('. ')[0] for why in whys.values()}))))
        keep = self._kept(whys, where)
        for host, state in where.items():
            if host != keep:
                if state != "off":
                    self._virsh(host, "destroy", name)
                self._virsh(host, "undefine", name)
            elif state == PAUSED:
                self._virsh(host, "resume", name)
        self.lab.prumo("settle", uuid, *self.lab.at(self.lab.running()[0]), check=False)

    @staticmethod
    def _kept(whys, where):
        def first(hosts):
            return next(iter(sorted(hosts)), None)
        paused = [h for h, state in where.items() if state == PAUSED]
        return (first(h for h, state in where.items() if state == RUNNING) or
                first(h for h in paused if "came in half" not in whys.get(h, "")) or first(paused) or first(where))

    def _virsh(self, host, *words):
        try:
            self.lab.inside(host, "timeout", "10", "virsh", "-q", "-c", "qemu:///system", *words)
        except (AssertionError, subprocess.SubprocessError) as error:
            self.say(f"{host}: virsh {' '.join(words)}: {str(error).splitlines()[-1]}")
