"""What a broken or hostile program may send to a daemon, and how a program is seen to refuse its input."""

import random
import socket
import struct
import subprocess

import msgpack
import zmq

from tests.support.client import MAJOR, MINOR
from tests.support.cluster import BUILD, eventually

SECONDS = 20  # no program may take longer to refuse something
QUERY = 64  # the type of a message that changes nothing


def prumod(config, *arguments):
    return subprocess.run([BUILD / "prumod", "--config", config, *arguments], capture_output=True, text=True,
                          timeout=SECONDS)


def assert_refused(test, done, code, *parts, by="prumod"):
    """It ended with `code` and exactly one line on standard error, which holds all `parts`."""
    lines = done.stderr.splitlines()
    test.assertEqual((done.returncode, len(lines)), (code, 1), done.stderr + done.stdout)
    test.assertTrue(lines[0].startswith(f"{by}: "), lines[0])
    for part in parts:
        test.assertIn(str(part), lines[0])


def assert_well(test, cluster, *names):
    """The daemons live, answer, and have one coordinator."""
    for name in names or cluster.names:
        test.assertIsNone(cluster.processes[name].poll(), f"{name} has ended:\n{cluster.log(name)[-2000:]}")
        eventually(lambda: cluster.ask(name, "hosts"), f"{name} answers", 20)
    cluster.wait_for_coordinator()


def lines_with(cluster, host, text):
    return [line for line in cluster.log(host).splitlines() if text in line]


def told_once(test, cluster, host, text):
    """The one line of the log with it, waited for: the log is written by a thread of its own."""
    told = eventually(lambda: lines_with(cluster, host, text), f"{host} logs \"{text}\"")
    test.assertEqual(len(told), 1, told)
    return told[0]


def counters(cluster, host, kind):
    """What `host` has counted: "transport" by reason, "faults" by "who: what"."""
    answer = eventually(lambda: cluster.ask(host, "hosts"), f"{host} answers", 20)
    if kind == "faults":
        return {f"{entry['who']}: {entry['what']}": entry["times"] for entry in answer["refused"]}
    return answer["counters"][kind]


def memory_mib(cluster, host):
    """The memory that is that daemon's own share (Pss)."""
    with open(f"/proc/{cluster.processes[host].pid}/smaps_rollup") as file:
        rollup = file.read()
    return int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) / 1024


# ---- keys -----------------------------------------------------------------------------------------------


def secret_of(cluster, name):
    return (cluster.folder / "etc" / "keys" / f"{name}.secret").read_text().strip()


def keys_of(cluster, name):
    secret = secret_of(cluster, name)
    return zmq.curve_public(secret.encode()).decode(), secret


def stranger():
    return tuple(key.decode() for key in zmq.curve_keypair())


# ---- frames ---------------------------------------------------------------------------------------------


def prefix(cluster, major=MAJOR, cluster_id=None):
    return b"PRMO" + bytes([major, MINOR]) + (cluster_id or bytes.fromhex(cluster.cluster_id))


def envelope(cluster, sender, kind=QUERY, fields=(1, "vms", ""), won=0, **prefix_changes):
    return prefix(cluster, **prefix_changes) + msgpack.packb([sender, [1, 0], 1, won, kind, list(fields)])


def bad_bodies():
    """What may follow a good prefix and is no message, by the name that a decoder gives it."""
    noise = random.Random(7)
    yield "malformed", b"\xc1"
    yield "malformed", msgpack.packb({"from": "h2"})
    yield "out of range", b"\xdd\xff\xff\xff\xff"  # an array of 2^32 - 1, and nothing in it
    yield "truncated", b"\xdb\xff\xff\xff\xff" + b"x" * 100
    yield "out of range", b"\x91" * 60_000  # so deep that a naive reader's stack ends
    for length in (1, 17, 300, 60_000):
        yield "malformed", b"\xc1" + noise.randbytes(length)


class Voice:
    """A socket that speaks ZeroMQ well, with a key, and says whatever it is told to."""

    def __init__(self, endpoint, keys=None, server_key=None):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 2000
        self.socket.sndtimeo = SECONDS * 1000
        if keys:
            self.socket.curve_publickey, self.socket.curve_secretkey = (key.encode() for key in keys)
            self.socket.curve_serverkey = server_key.encode()
        self.socket.connect(endpoint)

    def say(self, *frames):
        self.socket.send_multipart(frames)

    def close(self):
        self.socket.close()


def raw_greetings():
    """Bytes for a socket on which ZeroMQ is expected."""
    noise = random.Random(11)
    signature = b"\xff" + struct.pack(">Q", 1) + b"\x7f"
    null = signature + b"\x03\x00" + b"NULL".ljust(20, b"\0") + b"\0" * 32
    yield b""
    yield b"\n"
    yield b"GET / HTTP/1.1\r\nHost: prumo\r\n\r\n"
    yield noise.randbytes(64)
    yield noise.randbytes(100_000)
    yield signature
    yield signature + b"\x03"
    yield null  # of another mechanism than the socket's
    yield null.replace(b"NULL", b"CURV")
    yield null + b"\x06" + b"\xff" * 8 + b"x" * 1000  # a command of 2^64 - 1 bytes
    yield null + b"\x04\x19\x05READY" + noise.randbytes(19)


def shout(family, address):
    """Sends every raw greeting on a connection of its own; returns the connections, still open."""
    connections = []
    for bytes_ in raw_greetings():
        s = socket.socket(family)
        s.settimeout(SECONDS)
        s.connect(address)
        try:
            s.sendall(bytes_)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and is right
        connections.append(s)
    return connections
