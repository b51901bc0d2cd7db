"""Real libvirt hosts in network namespaces (scripts/lab), with a prumod in each."""

import os
import pathlib
import signal
import subprocess

from tests.support.cluster import BUILD, ROOT, Cluster, eventually

CPUS = 0.6  # of each host; hosts times this stays below two cores
MEMORY_MIB = 2048


class Lab(Cluster):
    """Cluster, with namespaces for machines and guests for VMs. Guest N is called vmN."""

    def __init__(self, hosts=3, options="", top="", bandwidth="0"):
        self.environment = dict(os.environ, LAB_HOST_CPUS=str(CPUS), LAB_HOST_MEM=str(MEMORY_MIB))
        self.bandwidth = bandwidth
        self.mgmt = os.environ.get("LAB_MGMT", "10.77.0")
        self.lab("up", hosts)
        try:
            super().__init__(hosts, options, top)
        except BaseException:
            self.lab("down")
            raise

    def lab(self, *words, check=True):
        done = subprocess.run([ROOT / "scripts" / "lab", *map(str, words)], env=self.environment, text=True,
                              capture_output=True, timeout=180, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise AssertionError(f"scripts/lab {' '.join(map(str, words))}: {done.stderr or done.stdout}")
        return done.stdout

    def endpoint(self, name):
        return f"tcp://{self.mgmt}.{name[1:]}:7400"

    def hypervisor(self, name):
        return f'''
[hypervisor]
kind = "libvirt"
bandwidth = "{self.bandwidth}MiB/s"

[hypervisor.libvirt]
connect_uri = "qemu+tcp://{self.mgmt}.{name[1:]}/system"

[host]
cpu = {CPUS}
uplinks = ["mgmt0"]
'''

    def start(self, *names):
        """The daemons run inside the hosts; what is kept is the pid outside of them."""
        for name in names or self.names:
            log = open(self.folder / name / "log", "ab")
            starter = subprocess.Popen(
                [ROOT / "scripts" / "lab", "host", "exec", name, BUILD / "prumod", "--config",
                 self.folder / name / "prumo.toml"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=self.environment)
            log.close()
            self.processes[name] = Inside(starter)

    def guest(self, *words):
        return self.lab("guest", *words)

    def say(self, number, text):
        """{key: value} of the guest's answer."""
        return dict(pair.split("=", 1) for pair in self.guest("say", number, *text.split()).split() if "=" in pair)

    def health(self, number):
        """What a migration must not change: the guest's boot, and no error in its memory."""
        said = self.say(number, "stat")
        return said["boot"], said["memory_errors"]

    def where_is(self, number):
        return self.guest("where", number).split("\n")[0].strip()

    def close(self):
        super().close()
        self.lab("down", check=False)


class Inside:
    """A process started in a host's PID namespace, by way of a starter that waits for it."""

    def __init__(self, starter):
        self.starter = starter

    @property
    def pid(self):
        pid = self.starter.pid
        while children := pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            pid = int(children[0])
        return pid

    def send_signal(self, number):
        if self.starter.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        try:
            self.send_signal(signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def wait(self, timeout=None):
        return self.starter.wait(timeout)


__all__ = ["CPUS", "Lab", "eventually"]
