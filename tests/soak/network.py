"""A network of its own for each daemon, so that links can be cut one way and lose frames: namespaces on a bridge."""

import fcntl
import os
import subprocess
import sys


class Network:
    def __init__(self, hosts, prefix):
        self.hosts, self.prefix = hosts, prefix
        self.lock = open(f"/run/{prefix}.lock", "w")  # for as long as this process lives
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"another run has the networks {prefix}-*; wait for its end")
        self.close()
        self._ip("netns", "add", self._namespace("sw"))
        self._ip("-n", self._namespace("sw"), "link", "add", "bridge0", "type", "bridge", "forward_delay", "0")
        self._ip("-n", self._namespace("sw"), "link", "set", "bridge0", "up")
        for host in hosts:
            inside, port = self._namespace(host), f"p{host}"
            self._ip("netns", "add", inside)
            self._ip("link", "add", port, "netns", self._namespace("sw"), "type", "veth", "peer", "name", "net0",
                     "netns", inside)
            self._ip("-n", self._namespace("sw"), "link", "set", port, "master", "bridge0", "up")
            self._ip("-n", inside, "addr", "add", f"{self.address(host)}/24", "dev", "net0")
            self._ip("-n", inside, "link", "set", "net0", "up")
            self._ip("-n", inside, "link", "set", "lo", "up")

    @staticmethod
    def _ip(*words, check=True):
        subprocess.run(["ip", *words], check=check, capture_output=True)

    def _namespace(self, host):
        return f"{self.prefix}-{host}"

    def _filter(self, host, *words):
        subprocess.run([*self.inside(host), "iptables", "-w", *words], check=True, capture_output=True)

    @staticmethod
    def address(host):
        return f"10.79.0.{host[1:]}"

    def inside(self, host):
        """The words before a command that is to run in the host."""
        return ["ip", "netns", "exec", self._namespace(host)]

    def drop(self, host, other):
        """`host` no longer hears `other`."""
        self._filter(host, "-A", "INPUT", "-s", self.address(other), "-j", "DROP")

    def loss(self, host, share):
        self._filter(host, "-A", "INPUT", "-i", "net0", "-m", "statistic", "--mode", "random", "--probability",
                     f"{share:.2f}", "-j", "DROP")

    def heal(self, host):
        self._filter(host, "-F", "INPUT")

    def close(self):
        for host in ["sw", *self.hosts]:
            if os.path.exists(f"/run/netns/{self._namespace(host)}"):
                self._ip("netns", "del", self._namespace(host), check=False)
