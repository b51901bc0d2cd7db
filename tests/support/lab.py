"""Real libvirt hosts in namespaces of this machine (scripts/lab), with a prumod in each, and guests for VMs.

What a test makes full is memory, and what it pretends is by `host busy`: both are exact however busy the machine
is. The CPU time that a guest gets is not. Guest N is called vmN."""

import atexit
import concurrent.futures
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

from tests.support.cluster import BUILD, PATIENCE, ROOT, Cluster, eventually

CPUS = 0.6  # of each host; hosts times this stays below two cores
MEMORY_MIB = 1024
HOOK = "/etc/libvirt/hooks/qemu.d/prumo"
PATIENCE_LAB = 180.0  # seconds; a deadline, for a machine whose cores others use too


def interrupt(*_):
    raise KeyboardInterrupt


class Lab(Cluster):
    """Brings a lab up, ends one of the same id that was left over first, and takes it down at the end whatever
    happens. With `attach` the lab is there already, and stays. `cpus` and `memory_mib` are each host's; with
    `one_cable` hosts and guests share one network; `migration` is more of that section of prumo.toml."""

    def __init__(self, hosts=3, options="", top="", bandwidth=0, lab_id="prumo-test", attach=False, cpus=CPUS,
                 memory_mib=MEMORY_MIB, one_cable=False, migration=""):
        self.cpus = cpus
        self.migration = migration
        self.environment = dict(os.environ, LAB_ID=lab_id, LAB_HOST_CPUS=str(cpus), LAB_HOST_MEM=str(memory_mib),
                                LAB_ONE_CABLE="1" if one_cable else "")
        self.bandwidth = bandwidth
        self.attach = attach
        self.mgmt = os.environ.get("LAB_MGMT", "10.77.0")
        self.closed = False
        self.pretended = {}
        atexit.register(self.close)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, interrupt)  # as Ctrl-C, so that what must be ended is ended
        if not attach:
            self.lab("down")
            self.lab("up", hosts)
        # In the lab's own folder, so that whoever ends the lab ends this too.
        folder = pathlib.Path(os.environ.get("LAB_RUN", f"/var/tmp/{lab_id}.run")) / "prumo"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            super().__init__(hosts, options, top, folder)
        except BaseException:
            self.close()
            raise

    def lab(self, *words, check=True):
        done = subprocess.run([ROOT / "scripts" / "lab", *map(str, words)], env=self.environment, text=True,
                              capture_output=True, timeout=300, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise AssertionError(f"scripts/lab {' '.join(map(str, words))}: {done.stderr or done.stdout}")
        return done.stdout

    # ---- what prumod is told --------------------------------------------------------------------------

    def endpoint(self, name):
        return f"tcp://{self.mgmt}.{name[1:]}:7400"

    def hypervisor(self, name):
        return f'''
[migration]
bandwidth_mib_s = {self.bandwidth}
{self.migration}

[hypervisor.libvirt]
connect_uri = "qemu+tcp://{{address}}/system"

[host]
cpu_cores = {self.cpus}
uplinks = ["mgmt0"]
'''

    def start(self, *names):
        """The daemons run inside the hosts; what is kept is how to reach them from outside."""
        for name in names or self.names:
            log = open(self.folder / name / "log", "ab")
            starter = subprocess.Popen(
                [ROOT / "scripts" / "lab", "host", "exec", name, BUILD / "prumod", "--config",
                 self.folder / name / "prumo.toml"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment, start_new_session=True)
            log.close()
            self.processes[name] = Inside(starter)

    def stop_daemons(self):
        for name in self.running():
            self.kill(name)

    def forget(self):
        """What the (stopped) daemons have stored is gone, on all hosts at once: a new cluster."""
        for name in self.names:
            shutil.rmtree(self.folder / name / "state", ignore_errors=True)
            self.configure(name)

    def ready(self, watcher="h1"):
        """Waits until one coordinator is followed, and every host has been measured and found healthy."""
        self.wait_for_coordinator()
        eventually(lambda: (s := self.ask(watcher, "hosts")) and len(s["hosts"]) == len(self.names) and
                   all(h["healthy"] and h["slot"] == "free" for h in s["hosts"]),
                   "healthy hosts that are ready to receive", PATIENCE_LAB)

    def host(self, name, asked=None):
        """A host as status shows it, by its own account or that of `asked`."""
        said = self.ask(asked or name, "hosts")
        return next((h for h in said["hosts"] if h["id"] == name), None) if said else None

    # ---- the hosts ------------------------------------------------------------------------------------

    def account(self, lines=25):
        """For who reads a failure: where everything is, and what the daemons said last."""
        logs = (f"---- {name}\n" + "".join(self.log(name).splitlines(True)[-lines:]) for name in self.names)
        return self.lab("status", check=False) + "".join(logs)

    def inside(self, name, *words, check=True):
        return self.lab("host", "exec", name, *words, check=check)

    def install_hook(self, name):
        """libvirt's hook, with the paths of this build; libvirt looks for hooks when it starts."""
        text = (ROOT / "config" / "libvirt" / "hooks" / "qemu.d" / "prumo").read_text()
        text = text.replace("-v prumo", f"-v {BUILD}/prumo").replace(
            "exec prumo", f"exec {BUILD}/prumo --config {self.folder}/{name}/prumo.toml")
        self.inside(name, "mkdir", "-p", str(pathlib.Path(HOOK).parent))
        self.inside(name, "sh", "-c", f'printf %s "$1" > {HOOK} && chmod 755 {HOOK}', "sh", text)
        self.lab("host", "libvirtd-stop", name)
        self.lab("host", "libvirtd-start", name)

    def busy(self, name, cpu=0, memory_mib=0):
        self.pretended[name] = (round(cpu), round(memory_mib))
        self.lab("host", "busy", name, *self.pretended[name])

    def memory(self, name):
        """What the host says is used of its memory, and what of that is pretended, MiB; of one moment, up to
        a second or so ago."""
        lines = dict(line.split(":", 1) for line in
                     self.lab("host", "exec", name, "cat", "/proc/meminfo").splitlines() if ":" in line)
        kib = {key: int(value.split()[0]) for key, value in lines.items()}
        return (kib["MemTotal"] - kib["MemFree"]) / 1024, kib["Pretended"] / 1024

    def fill(self, name, share, cpu=0):
        """Pretends as much memory as makes the host's that full."""
        used, pretended = self.memory(name)
        self.busy(name, cpu, max(0, share * MEMORY_MIB - (used - pretended)))

    def settle(self, name, share):
        """As fill, and waits until the host says so: guests that have just come are in no figure at first."""
        def settled():
            self.fill(name, share)
            time.sleep(1)
            used, pretended = self.memory(name)
            return pretended == self.pretended[name][1] and abs(used - share * MEMORY_MIB) < 0.02 * MEMORY_MIB
        eventually(settled, f"{name} is full to {share}", PATIENCE_LAB)

    def power_up(self):
        for name in self.names:
            if not self.has_power(name):
                self.lab("host", "up", name)

    def has_power(self, name):
        return subprocess.run([ROOT / "scripts" / "lab", "host", "pid", name], env=self.environment,
                              capture_output=True).returncode == 0

    # ---- the guests -----------------------------------------------------------------------------------

    def guest(self, *words):
        return self.lab("guest", *words)

    def start_guests(self, host, guests):
        """{number: {key: value}}; all at once, since booting takes its time."""
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda g: self.guest("start", host, g[0], *(f"{k}={v}" for k, v in g[1].items())),
                          guests.items()))

    def say(self, number, text):
        """{key: value} of the guest's answer."""
        return dict(pair.split("=", 1) for pair in self.guest("say", number, *text.split()).split() if "=" in pair)

    def health(self, number):
        """What a migration must not change: the guest's boot, and no error in its memory."""
        said = self.say(number, "stat")
        return said["boot"], said["memory_errors"]

    def where_is(self, number):
        """The host where it runs; several, or a state, when something is wrong."""
        return self.guest("where", number).strip()

    # ---- the end --------------------------------------------------------------------------------------

    def close(self):
        if self.closed:
            return
        self.closed = True
        atexit.unregister(self.close)
        if hasattr(self, "folder"):
            super().close()
        if not self.attach:
            self.lab("down", check=False)


class Inside:
    """A process in a host's PID namespace, by way of the starter that waits for it."""

    def __init__(self, starter):
        self.starter = starter

    def chain(self):
        """The starter and its only child's only child…, as seen from outside."""
        pids = [self.starter.pid]
        try:
            while children := pathlib.Path(f"/proc/{pids[-1]}/task/{pids[-1]}/children").read_text().split():
                pids.append(int(children[0]))
        except (FileNotFoundError, ProcessLookupError):
            pass
        return pids

    def pid(self):
        """Seen from outside; None while the starter has not come to it."""
        pid = self.chain()[-1]
        try:
            name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return pid if name == "prumod" else None

    def send_signal(self, number):
        end = time.monotonic() + PATIENCE
        while self.starter.poll() is None and time.monotonic() < end:
            if pid := self.pid():
                # Who waits for a process that is stopped has stopped itself.
                for target in self.chain() if number == signal.SIGCONT else [pid]:
                    try:
                        os.kill(target, number)
                    except ProcessLookupError:
                        pass
                return
            time.sleep(0.02)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def wait(self, timeout=PATIENCE):
        return self.starter.wait(timeout)


__all__ = ["CPUS", "HOOK", "Lab", "MEMORY_MIB", "PATIENCE_LAB", "eventually"]
