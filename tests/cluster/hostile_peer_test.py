"""A member's key in the wrong hands, and strangers without any: the daemons go on, stay small, and say who it is."""

import resource
import socket
import threading
import unittest

import zmq

from tests.cluster.hostile import (Voice, assert_well, counters, envelope, keys_of, memory_mib, raw_greetings, shout,
                                   stranger)
from tests.cluster.scene import FAST, census, heat, scene
from tests.support.client import FORBIDDEN, Client, Refused
from tests.support.cluster import eventually, free_ports

DELTA, PING = 2, 4
COORDINATOR, REFUSE, HEARTBEAT, HEARTBEAT_ACK, OUTDATED, RESIGN = 18, 20, 21, 22, 23, 24
VM_INFO, INFO, MIGRATE, RESERVED, HOLD, RELEASE, RELEASE_ACK = 32, 34, 35, 38, 41, 42, 43
FINISHED, FINISHED_ACK, QUERY = 44, 45, 64
MEMORY_MOST_MIB = 160  # of one daemon under attack; 4 to 6 MiB is usual
HONEST = ("h1", "h3", "h4", "h5")


def summary(cpu=0.5, share=100_000, pause=(False, 0, "")):
    """A host's summary as it travels, half of it at its defaults."""
    capacity, usage = [4.0, 4096.0, 1000.0], [cpu, 100.0, 1.0]
    return [capacity, usage, [share, share, share], 1, 9, 0, "", "", 0, "", "", "", 0, False, True, False, "", 0,
            list(pause), 0, False, []]


class Hostile(unittest.TestCase):
    """Five members; in the place of h2's daemon is whoever took its key."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(scene(FAST))
        cls.control_port, = free_ports(1)
        path = cls.cluster.folder / "h1" / "prumo.toml"
        path.write_text(path.read_text().replace("control = [", f'control = ["tcp://127.0.0.1:{cls.control_port}", '))
        cls.cluster.start(*HONEST)
        cls.cluster.wait_for_coordinator("h5")

    def setUp(self):
        self.addCleanup(assert_well, self, self.cluster, *HONEST)

    def voice(self, to, keys=None):
        voice = Voice(self.cluster.endpoint(to), keys or keys_of(self.cluster, "h2"), keys_of(self.cluster, to)[0])
        self.addCleanup(voice.close)
        return voice

    def tell_all(self, kind, fields, won=0):
        for host, voice in self.voices.items():
            voice.say(envelope(self.cluster, "h2", kind, fields, won=won))

    def counted(self, host, fault, at_least=1):
        eventually(lambda: counters(self.cluster, host, "faults").get(fault, 0) >= at_least,
                   f"{host} counts {at_least} of \"{fault}\"")

    def shown(self, *parts):
        """`prumo status` says so to people."""
        text = self.cluster.prumo(*self.cluster.at("h1"), "status").stdout
        for part in parts:
            self.assertIn(part, " ".join(text.split()))

    def stays_small(self, *hosts):
        for host in hosts:
            self.assertLess(memory_mib(self.cluster, host), MEMORY_MOST_MIB, host)


class Peer(Hostile):
    def setUp(self):
        super().setUp()
        self.voices = {host: self.voice(host) for host in HONEST}

    def flood(self, frames):
        """Sends them all to h1 as fast as it goes, and asks h1 all the while; returns how often it answered."""
        voice = self.voices["h1"]

        def send():
            for frame in frames:
                voice.say(frame)
        sender = threading.Thread(target=send)
        sender.start()
        answers = 0
        while sender.is_alive():
            self.assertIsNotNone(self.cluster.ask("h1", "status", timeout=20))
            self.stays_small("h1")
            answers += 1
        sender.join()
        return answers

    def test_a_flood_of_messages_starves_nobody(self):
        frame = envelope(self.cluster, "h2", PING, (1,))
        self.assertGreater(self.flood(frame for _ in range(30_000)), 0)
        self.counted("h1", "h2: more frames than it may", 10_000)
        self.shown("h2: more frames than it may")

    def test_a_flood_of_megabytes_does_not_fill_the_memory(self):
        frame = envelope(self.cluster, "h2", QUERY, (1, "vms", "")) + b"x" * 1_000_000
        self.flood(frame for _ in range(400))
        self.counted("h1", "h2: more frames than it may", 100)

    def test_a_flood_of_questions_leaves_the_history_to_others(self):
        def dropped():  # those beyond the allowance of frames never become questions
            faults = counters(self.cluster, "h1", "faults")
            return sum(faults.get(f"h2: more {what} than it may", 0) for what in ("questions", "frames"))
        before = dropped()
        self.flood(envelope(self.cluster, "h2", QUERY, (i, "explain", "h1")) for i in range(3_000))
        eventually(lambda: dropped() >= before + 1_000, "most of them are dropped")
        self.assertIn("found", self.cluster.ask("h1", "explain", "h1", timeout=20))

    def test_a_load_that_can_not_be_is_refused(self):
        before = counters(self.cluster, "h1", "faults").get("h2: out of range", 0)
        lies = (float("nan"), float("inf"), -1.0, 1e30)

        def lie():  # again while the allowance, which a flood may have used up, lets some of it pass
            for cpu in lies:
                self.tell_all(DELTA, ([[["h2", [1, 0], 0, 5], "", 0, summary(cpu)]],))
                self.tell_all(INFO, ([1, 1], [[cpu, 1.0, 1.0], [1.0, 1.0, 1.0], 1.0, True, True, "", "", "", True, [],
                                               [], 0.0, 0]))
            return counters(self.cluster, "h1", "faults").get("h2: out of range", 0)
        eventually(lambda: lie() >= before + 2 * len(lies), "each lie is counted")
        hosts = self.cluster.ask("h1", "hosts")["hosts"]
        self.assertTrue(all(0 <= h["usage"]["cpu"] <= 1e15 for h in hosts), hosts)
        self.tell_all(DELTA, ([[["h2", [1, 0], 0, 6], "", 0, summary(share=-10**15)]],))
        self.shown("h2")

    def test_epochs_near_the_end_do_not_end_elections(self):
        for epoch in (2**62 - 1, 2**62, 2**63 - 2, 2**64 - 1, 2**40):
            digest = 0
            self.tell_all(PING, (1,), won=epoch)
            self.tell_all(COORDINATOR, (epoch, digest))
            self.tell_all(HEARTBEAT, (epoch, 1, digest), won=epoch)
            self.tell_all(HEARTBEAT_ACK, (epoch, 1, True, True))
            self.tell_all(REFUSE, (1, 0, epoch, []))
            self.tell_all(OUTDATED, (1, epoch, epoch))
            self.tell_all(RESIGN, (epoch, "h2"))
        for host in HONEST:
            self.counted(host, "h2: an epoch far above all that were won")
            self.counted(host, "h2: out of range")
        leader = self.cluster.wait_for_coordinator()
        self.cluster.kill(leader)
        self.addCleanup(self.cluster.wait_for_coordinator)
        self.addCleanup(self.cluster.start, leader)
        self.cluster.wait_for_coordinator()
        for host in self.cluster.running():
            answer = eventually(lambda: self.cluster.ask(host, "hosts"), f"{host} answers")
            self.assertLess(max(answer["accepted"], answer["won"]), 2**32)

    def test_numbers_of_others_can_not_be_used_up(self):
        most32, most63 = 2**32 - 1, 2**63 - 2
        for host in HONEST:
            for incarnation, version in (([most32, most32], 1), ([most32, 0], 1), ([1, most32], 1), ([1, 0], most63)):
                self.tell_all(DELTA, ([[[host, incarnation, 1, version], "h2", 0, summary()]],))
        for host in HONEST:
            self.counted(host, "h2: numbers that no host has reached", 4)
        for host in HONEST:
            eventually(lambda: {h["id"] for h in self.cluster.ask(host, "hosts")["hosts"] if h["state"] == "alive"}
                       >= set(HONEST), f"{host} sees all of them alive")
            self.assertTrue(self.cluster.ask(host, "hosts")["admitted"])

    def test_a_pause_that_nobody_can_undo_is_not_believed(self):
        self.tell_all(DELTA, ([[["h2", [1, 0], 0, 9], "", 0, summary(pause=(True, 2**48, "h2"))]],))
        eventually(lambda: all(self.cluster.ask(h, "hosts")["paused"] for h in HONEST), "all are paused by h2")
        self.cluster.ask("h1", "resume")
        eventually(lambda: not any(self.cluster.ask(h, "hosts")["paused"] for h in HONEST), "h1 could undo it")
        self.tell_all(DELTA, ([[["h2", [1, 0], 0, 10], "", 0, summary(pause=(True, 2**63, "h2"))]],))
        self.cluster.ask("h1", "resume")
        self.assertFalse(self.cluster.ask("h1", "hosts")["paused"])

    def test_slots_and_operations_that_are_not_its_own(self):
        op = [10**6, 1, 0]
        for kind, fields in ((HOLD, (op,)), (RELEASE, (op, "big", True, True, False, False)), (RELEASE_ACK, (op, True, False)),
                             (RESERVED, (op, "qemu:///system", "")), (FINISHED_ACK, (op,)),
                             (FINISHED, (op, "big", "big", "h3", 0, "", 1, 1, None, 0.0)),
                             (MIGRATE, ([10**6, 1], 1, [[0, "big", "big", "h2", 1, 1]],
                                        ["h1", [1, 1, 1], "", [], [], "", 0, False, 0], False))):
            self.tell_all(kind, fields)
        for host in HONEST:
            self.assertNotIn("h2: malformed", counters(self.cluster, host, "faults"))
        census(self, self.cluster, 7)
        heat(self.cluster)
        self.cluster.wait_until_moved("small", "h1")
        census(self, self.cluster, 7)
        self.assertNotEqual(self.cluster.where()["small"], "h2")


class Stranger(Hostile):
    def control(self, keys):
        client = Client(f"tcp://127.0.0.1:{self.control_port}", self.cluster.cluster_id, keys,
                        keys_of(self.cluster, "h1")[0])
        self.addCleanup(client.close)
        return client

    def test_each_kind_of_stranger_is_counted_with_its_address(self):
        self.voice("h1", stranger()).say(envelope(self.cluster, "h3"))
        self.counted("h1", "127.0.0.1: unknown key")
        bare = Voice(self.cluster.endpoint("h1"))  # without any mechanism
        self.addCleanup(bare.close)
        wrong = Voice(self.cluster.endpoint("h1"), stranger(), stranger()[0])  # does not know h1's key
        self.addCleanup(wrong.close)
        self.counted("h1", "127.0.0.1: a handshake that is not ours", 2)
        self.shown("127.0.0.1: unknown key")

    def test_bytes_that_are_no_zeromq_are_counted(self):
        def noise():
            return sum(n for what, n in counters(self.cluster, "h1", "faults").items()
                       if what.split(": ")[1] in ("bytes that are no ZeroMQ", "a handshake that is not ours",
                                                  "a handshake that it does not finish"))
        before = noise()
        for port in (self.cluster.ports["h1"], self.control_port):
            for connection in shout(socket.AF_INET, ("127.0.0.1", port)):
                self.addCleanup(connection.close)
        eventually(lambda: noise() >= before + 2 * len(list(raw_greetings())), "all are counted")

    def test_a_thousand_connections_that_say_nothing(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        held = []
        for i in range(1000):
            connection = socket.create_connection(("127.0.0.1", self.cluster.ports["h1"]), timeout=20)
            self.addCleanup(connection.close)
            connection.sendall(b"\xff\0\0\0\0\0\0\0\1\x7f" if i % 2 else b"")
            held.append(connection)
            if i % 100 == 0:
                self.assertIsNotNone(self.cluster.ask("h1", "status", timeout=20))
        self.stays_small("h1")
        self.counted("h1", "127.0.0.1: a handshake that it does not finish", 1000)
        self.shown("127.0.0.1: a handshake that it does not finish")

    def test_a_viewer_may_look_and_nothing_else(self):
        viewer = self.control(keys_of(self.cluster, "victor"))
        for words in (("pause",), ("resume",), ("abort", "1.1.0"), ("settle", "big"), ("rejoin",)):
            with self.assertRaises(Refused) as refused:
                viewer.ask(*words, timeout=20)
            self.assertEqual(refused.exception.code, FORBIDDEN)
            self.counted("h1", f"control: {words[0]} by a viewer")
        self.assertFalse(self.cluster.ask("h1", "hosts")["paused"])
        self.shown("control: pause by a viewer")

    def test_a_client_that_asks_without_end_is_held_back(self):
        viewer = self.control(keys_of(self.cluster, "victor"))
        viewer.ask("hosts", timeout=20)
        for _ in range(2000):
            viewer.send("status")
        eventually(lambda: any(what.startswith("client ") and what.endswith("more questions than it may")
                               for what in counters(self.cluster, "h1", "faults")), "the client is named")
        self.assertFalse([w for h in ("h3", "h4", "h5") for w in counters(self.cluster, h, "faults") if w.startswith("h1: ")],
                         "h1 does not become a flooder itself")

    def test_a_member_whose_file_is_removed_is_a_stranger(self):
        voice = self.voice("h1")
        voice.say(envelope(self.cluster, "h2", PING, (1,)))
        member = self.cluster.folder / "etc" / "members" / "h2.toml"
        text = member.read_text()
        unknown = counters(self.cluster, "h1", "faults").get("127.0.0.1: unknown key", 0)

        def reload():
            lines = self.cluster.log("h1").count("info reload")
            self.cluster.signal("h1", 1)
            eventually(lambda: self.cluster.log("h1").count("info reload") > lines, "h1 has reloaded")
        member.unlink()
        try:
            reload()

            def heard_no_more():
                try:
                    voice.say(envelope(self.cluster, "h2", PING, (1,)))
                except zmq.Again:
                    pass  # the connection is gone, and the key opens no other
                faults = counters(self.cluster, "h1", "faults")
                return (faults.get("127.0.0.1: removed key", 0) or
                        faults.get("127.0.0.1: unknown key", 0) > unknown)
            eventually(heard_no_more, "its frames count for nothing, on an open connection too")
        finally:
            member.write_text(text)
            reload()


if __name__ == "__main__":
    unittest.main()
