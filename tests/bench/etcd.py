"""etcd as Debian ships it, with its default timings: how long until the survivors name a new leader."""

import http.client
import json
import shutil
import subprocess
import tempfile

from tests.bench.measure import until
from tests.support.cluster import free_ports


class Etcd:
    def __init__(self, hosts):
        self.folder = tempfile.mkdtemp(prefix="prumo-etcd-")
        ports = free_ports(2 * hosts)
        self.clients = {f"e{i}": ports[2 * i] for i in range(hosts)}
        self.peers = {f"e{i}": ports[2 * i + 1] for i in range(hosts)}
        self.processes = {}
        self.known = {}
        for name in self.clients:
            self.start(name, "new")

    def start(self, name, state="existing"):
        peer = f"http://127.0.0.1:{self.peers[name]}"
        client = f"http://127.0.0.1:{self.clients[name]}"
        self.processes[name] = subprocess.Popen(
            ["etcd", "--name", name, "--data-dir", f"{self.folder}/{name}", "--initial-cluster-state", state,
             "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
             "--listen-client-urls", client, "--advertise-client-urls", client, "--initial-cluster",
             ",".join(f"{n}=http://127.0.0.1:{p}" for n, p in self.peers.items())],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def status(self, name):
        """(own id, leader's id), or None when it does not answer."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.clients[name], timeout=1)
            connection.request("POST", "/v3/maintenance/status", "{}")
            answer = json.load(connection.getresponse())
            connection.close()
            return answer["header"]["member_id"], answer.get("leader", "0")
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            return None

    def leader(self):
        """The running member whom all running members call leader, or None."""
        said = {n: self.status(n) for n in self.processes}
        if not said or None in said.values() or len({s[1] for s in said.values()}) != 1:
            return None
        leader = next(iter(said.values()))[1]
        return next((n for n, s in said.items() if s[0] == leader), None)

    def failover(self):
        until(self.leader)
        leader = self.leader()
        process = self.processes.pop(leader)
        process.kill()
        process.wait()
        took = until(self.leader)
        self.start(leader)
        until(lambda: self.status(leader))
        return took

    def close(self):
        for process in self.processes.values():
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
