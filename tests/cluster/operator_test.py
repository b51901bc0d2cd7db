"""The operator's side: a foreign client with keys, the brake, the modes."""

import unittest

from tests.cluster.scene import census, eventually, heat, scene
from tests.support.client import FORBIDDEN, Client, Refused, Timeout
from tests.support.cluster import free_ports


def keys_of(cluster, name):
    values = {}
    for line in (cluster.folder / "etc" / "clients" / f"{name}.toml").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            values[key.strip()] = value.strip().strip('"')
    return values["public_key"], (cluster.folder / "etc" / "keys" / f"{name}.secret").read_text().strip()


def public_key_of(cluster, host):
    text = (cluster.folder / "etc" / "members" / f"{host}.toml").read_text()
    return next(line.split('"')[1] for line in text.splitlines() if line.startswith("public_key"))


class ForeignClient(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(scene(hosts=3))
        self.port, = free_ports(1)
        path = self.cluster.folder / "h1" / "prumo.toml"
        path.write_text(path.read_text().replace(
            "control = [", f'control = ["tcp://127.0.0.1:{self.port}", '))
        self.cluster.start()
        self.cluster.wait_for_coordinator("h3")

    def connect(self, keys):
        client = Client(f"tcp://127.0.0.1:{self.port}", self.cluster.cluster_id, keys,
                        public_key_of(self.cluster, "h1"))
        self.addCleanup(client.close)
        return client

    def test_a_viewer_may_ask_but_not_change(self):
        viewer = self.connect(keys_of(self.cluster, "victor"))
        status = viewer.ask("status", timeout=20)
        self.assertEqual(status["coordinator"], "h3")
        self.assertEqual([h["id"] for h in status["hosts"]], ["h1", "h2", "h3"])
        with self.assertRaises(Refused) as refused:
            viewer.ask("pause")
        self.assertEqual(refused.exception.code, FORBIDDEN)

    def test_an_operator_may_pause_and_everybody_knows(self):
        operator = self.connect(keys_of(self.cluster, "olga"))
        self.assertTrue(operator.ask("pause", timeout=20)["done"])
        eventually(lambda: all(self.cluster.ask(n, "hosts")["paused"] for n in self.cluster.names), "all are paused")

    def test_a_stranger_gets_no_answer(self):
        import zmq
        public, secret = (key.decode() for key in zmq.curve_keypair())
        with self.assertRaises(Timeout):
            self.connect((public, secret)).ask("status", timeout=1)
        eventually(lambda: self.cluster.ask("h1", "hosts")["counters"]["transport"].get("unknown key", 0) > 0,
                   "the stranger is counted")


class Brake(unittest.TestCase):
    def test_a_pause_says_whom_it_has_reached(self):
        with scene(hosts=3) as cluster:
            cluster.start()
            cluster.wait_for_coordinator("h3")
            self.assertIn("stored on 3 of 3 hosts", cluster.ask("h1", "pause")["text"])
            cluster.kill("h2")
            said = eventually(lambda: (s := cluster.ask("h1", "resume")) and s["not_yet"] == ["h2"] and s,
                              "h2 is missed")
            self.assertIn("stored on 2 of 3 hosts, not yet on h2", said["text"])

    def test_while_paused_nothing_starts_and_resume_relieves(self):
        with scene() as cluster:
            cluster.start()
            cluster.wait_for_coordinator("h5")
            cluster.ask("h2", "pause")
            cluster.kill("h2")  # at once: what was answered is stored
            self.assertTrue(cluster.ask("h1", "hosts")["paused"], "h1 knew before the answer came")
            heat(cluster)
            eventually(lambda: any(h["overloaded"] for h in cluster.ask("h1", "hosts")["hosts"]), "h1 is overloaded")
            cluster.start("h2")
            eventually(lambda: (s := cluster.ask("h2", "hosts")) and s["paused"], "the pause survives a restart")
            self.assertEqual(cluster.where()["small"], "h1")
            cluster.ask("h3", "resume")
            cluster.wait_until_moved("small", "h1")
            census(self, cluster, 7)

    def test_advise_shows_what_it_would_do_and_does_nothing(self):
        with scene(top='mode = "advise"') as cluster:
            cluster.start()
            cluster.wait_for_coordinator("h5")
            heat(cluster)
            advice = eventually(lambda: (e := cluster.ask("h2", "explain", "h1")) and e["found"] and e["moves"] and e,
                                "the advice for h1")
            self.assertEqual(advice["moves"][0]["name"], "small")
            self.assertEqual(cluster.where()["small"], "h1")


if __name__ == "__main__":
    unittest.main()
