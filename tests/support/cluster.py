"""A cluster of real prumod processes on loopback, with simulated hypervisors: what the tests, the benchmarks
and the demo drive. It installs itself as an operator would, with `prumo init` and `prumo keygen`."""

import errno
import fcntl
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from tests.support.client import Client, Refused, Timeout

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("PRUMO_BUILD", ROOT / "build" / "release"))
PATIENCE = 60.0  # seconds; a deadline, never a duration to be waited for


def eventually(condition, what, patience=PATIENCE, pause=0.05):
    """Waits until `condition()` is true and returns its value; says what it waited for when it is not."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {patience:.0f} s: {what}")
        time.sleep(pause)


_claims = []  # held while this process lives: test programs that run beside each other share no port


def free_ports(count):
    """Ports that nobody listens on, below those that the kernel gives to outgoing connections: a daemon that
    starts late must not find its port taken by another's connection."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = []
    while len(ports) < count:
        port = random.randrange(lowest // 2, lowest)
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0prumo-test-port-{port}")
            with socket.socket() as s:
                s.bind(("127.0.0.1", port))
        except OSError as error:
            claim.close()
            if error.errno != errno.EADDRINUSE:
                raise
            continue
        _claims.append(claim)
        ports.append(port)
    return ports


class Cluster:
    def __init__(self, hosts=5, options="", top="", folder=None):
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="prumo-"))
        self.names = [f"h{i + 1}" for i in range(hosts)]
        self.options = options
        self.top = top
        self.processes = {}
        self.clients = {}
        self.ports = dict(zip(self.names, free_ports(hosts)))
        self.machines = self.folder / "machines"
        self._install()

    # ---- installing, as an operator does -------------------------------------------------------------

    def at(self, host):
        """The options that put a command of prumo to that host's daemon."""
        return ["--peer", f"ipc://{self.control_path(host)}", "--cluster", self.cluster_id]

    def prumo(self, *arguments, check=True):
        done = subprocess.run([BUILD / "prumo", *map(str, arguments)], capture_output=True, text=True, timeout=60)
        if check and done.returncode != 0:
            raise AssertionError(f"prumo {' '.join(map(str, arguments))}: {done.stderr}")
        return done

    def _install(self):
        etc = self.folder / "etc"
        self.prumo("init", etc)
        self.cluster_id = next(
            line.split('"')[1] for line in (etc / "prumo.toml").read_text().splitlines()
            if line.startswith("cluster"))
        for name in self.names:
            self.prumo("keygen", "host", name, "--endpoint", self.endpoint(name), "--folder", etc)
        self.prumo("keygen", "operator", "olga", "--folder", etc)
        self.prumo("keygen", "viewer", "victor", "--folder", etc)
        (self.machines / "hosts").mkdir(parents=True)
        (self.machines / "vms").mkdir()
        for name in self.names:
            self.configure(name)

    def configure(self, name):
        etc = self.folder / "etc"
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / "prumo.toml").write_text(f'''
id = "{name}"
cluster = "{self.cluster_id}"
members = "{etc}/members"
clients = "{etc}/clients"
state = "{self.folder}/{name}/state"
{self.top}

[transport]
listen = "{self.endpoint(name)}"
control = ["ipc://{self.control_path(name)}"]
secret_key = "{etc}/keys/{name}.secret"

{self.hypervisor(name)}
{self.options}
''')

    def endpoint(self, name):
        return f"tcp://127.0.0.1:{self.ports[name]}"

    def hypervisor(self, name):
        return f'''
[hypervisor]
kind = "simulated"

[hypervisor.simulated]
folder = "{self.machines}"
'''

    def control_path(self, name):
        return self.folder / name / "control.sock"

    # ---- the machines ---------------------------------------------------------------------------------

    def define_host(self, name, cpu=4, memory=8192, network=1000, base_cpu=0.0):
        (self.machines / "hosts" / name).write_text(
            f"cores = {cpu}\nmemory_mib = {memory}\nnetwork_mbit = {network}\nbase_cpu = {base_cpu}\n")

    def define_vm(self, name, host, cpu="0.1", memory=256, image=64, dirty=5):
        with open(self.machines / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # as the daemons do when they change a file
            temporary = self.machines / "vms" / f".{name}.tmp"
            temporary.write_text(
                f"id = {name}\nname = {name}\nhost = {host}\nstate = running\ncpu = {cpu}\n"
                f"memory = {image}\nnetwork = 1\nmemory_mib = {memory}\nimage_mib = {image}\n"
                f"dirty_mib_s = {dirty}\nautostart = false\nstarted = {time.time():.3f}\n")
            temporary.rename(self.machines / "vms" / name)

    def where(self):
        """VM → host, read from the machines themselves."""
        return {path.name: self._value(path, "host") for path in (self.machines / "vms").iterdir()
                if not path.name.startswith(".")}

    def migrating(self):
        """The VMs whose migration the machines themselves have begun."""
        jobs = self.machines / "jobs"
        return [path.name for path in jobs.iterdir() if not path.name.startswith(".")] if jobs.exists() else []

    @staticmethod
    def _value(path, key):
        for line in path.read_text().splitlines():
            if line.split("=")[0].strip() == key:
                return line.split("=", 1)[1].strip()
        return None

    # ---- the daemons ----------------------------------------------------------------------------------

    def start(self, *names):
        for name in names or self.names:
            log = open(self.folder / name / "log", "ab")
            self.processes[name] = subprocess.Popen(
                [BUILD / "prumod", "--config", self.folder / name / "prumo.toml"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            log.close()

    def signal(self, name, number):
        self.processes[name].send_signal(number)

    def kill(self, name):
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def terminate(self, name, patience=PATIENCE):
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(patience)

    def running(self):
        return [n for n in self.names if n in self.processes]

    def log(self, name):
        return (self.folder / name / "log").read_text(errors="replace")

    def close(self):
        for client in self.clients.values():
            client.close()
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()
        self.processes.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            for name in self.names:
                path = self.folder / name / "log"
                if path.exists():
                    print(f"---- {name}\n" + "".join(path.read_text(errors="replace").splitlines(True)[-40:]))
        self.close()

    # ---- asking ---------------------------------------------------------------------------------------

    def client(self, name):
        if name not in self.clients:
            self.clients[name] = Client(f"ipc://{self.control_path(name)}", self.cluster_id)
        return self.clients[name]

    def ask(self, name, *words, timeout=3.0):
        """The payload, or None when that daemon does not answer."""
        try:
            return self.client(name).ask(*words, timeout=timeout)
        except Timeout:
            return None

    def coordinator(self):
        """The host that all running daemons follow and that acts, or None."""
        said = [self.ask(n, "hosts", timeout=1.0) for n in self.running()]
        if not said or any(s is None or not s["coordinator"] for s in said):
            return None
        leaders = {(s["coordinator"], s["epoch"]) for s in said}
        acting = [s["asked"] for s in said if s["acting"]]
        if len(leaders) == 1 and acting == [said[0]["coordinator"]]:
            return acting[0]
        return None

    def wait_for_coordinator(self, expected=None):
        return eventually(lambda: (c := self.coordinator()) and (expected in (None, c)) and c,
                          f"one coordinator{' ' + expected if expected else ''} that all follow")

    def wait_until_moved(self, vm, source, patience=PATIENCE):
        """The host on which `vm` runs now, once it is not `source` any more."""
        return eventually(lambda: (h := self.where()[vm]) != source and h, f"{vm} leaves {source}", patience)
