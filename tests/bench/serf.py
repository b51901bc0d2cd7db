"""serf as Debian ships it, its lan profile, asked by its own RPC."""

import shutil
import socket
import subprocess
import tempfile
import time

import msgpack

from tests.bench.measure import until
from tests.support.cluster import free_ports


class Agent:
    def __init__(self, name, folder, bind, rpc, join):
        self.rpc = rpc
        command = ["serf", "agent", "-node", name, "-bind", f"127.0.0.1:{bind}", "-rpc-addr", f"127.0.0.1:{rpc}",
                   "-profile", "lan", "-log-level", "err"]
        if join:
            command += ["-join", f"127.0.0.1:{join}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        self.connection = None

    def call(self, command, body=None):
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.rpc), 5)
            self.unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
            self._exchange("handshake", {"Version": 1})
        return self._exchange(command, body)

    def _exchange(self, command, body):
        self.connection.sendall(msgpack.packb({"Command": command, "Seq": 1}) +
                                (msgpack.packb(body) if body is not None else b""))
        head = self._next()
        if head["Error"]:
            raise OSError(head["Error"])
        return self._next() if command == "members" else None

    def _next(self):
        while True:
            for item in self.unpacker:
                return item
            data = self.connection.recv(65536)
            if not data:
                raise OSError("serf closed the connection")
            self.unpacker.feed(data)

    def members(self):
        try:
            return {m["Name"]: m for m in self.call("members")["Members"]}
        except OSError:
            self.connection = None
            return {}


class Serf:
    def __init__(self, hosts):
        self.folder = tempfile.mkdtemp(prefix="prumo-serf-")
        ports = free_ports(2 * hosts)
        self.ports = {f"s{i}": (ports[2 * i], ports[2 * i + 1]) for i in range(hosts)}
        self.agents = {}
        for name in self.ports:
            self.start(name)
        until(lambda: self.all_see(lambda m: len(m) == hosts and all(x["Status"] == "alive" for x in m.values())))

    def start(self, name):
        bind, rpc = self.ports[name]
        join = next((self.ports[n][0] for n in self.agents if n != name), None)
        self.agents[name] = Agent(name, self.folder, bind, rpc, join)
        until(lambda: self.agents[name].members())

    def all_see(self, condition):
        return all(condition(agent.members()) for agent in self.agents.values())

    def change_a_tag(self, value):
        begun = time.monotonic()  # the call itself waits until the first gossip of it is out
        self.agents["s0"].call("tags", {"Tags": {"load": value}, "DeleteTags": []})
        until(lambda: self.all_see(lambda m: m["s0"]["Tags"].get("load") == value))
        return time.monotonic() - begun

    def kill_one(self, name):
        agent = self.agents.pop(name)
        agent.process.kill()
        agent.process.wait()
        took = until(lambda: self.all_see(lambda m: m[name]["Status"] == "failed"))
        self.start(name)
        until(lambda: self.all_see(lambda m: m[name]["Status"] == "alive"))
        return took

    def close(self):
        for agent in self.agents.values():
            agent.process.kill()
            agent.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
