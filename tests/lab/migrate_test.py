"""`prumo migrate` with a real guest: it moves with nothing lost, and an aborted one stays and runs on."""

import json
import subprocess
import unittest

from tests.support.cluster import BUILD
from tests.support.lab import Lab, PATIENCE_LAB, eventually

OPTIONS = """
[relief]
sample_interval = "2s"
cooldown = "10s"
"""
SLOW_MIB_S = 8


class ByHand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(2, OPTIONS, top='mode = "advise"'))
        cls.lab.start_guests("h1", {1: {"dirty": 2, "wss": 8, "autostart": 1}})
        cls.lab.start()
        cls.lab.ready()

    def prumo(self, asked, *words):
        return subprocess.run([BUILD / "prumo", *self.lab.at(asked), *words], capture_output=True, text=True,
                              timeout=300)

    def starts_with(self, host):
        """Of the two hosts, vm1 starts with that one alone."""
        wanted = ("virsh", "-c", "qemu:///system", "list", "--all", "--autostart", "--name")
        return [name for name in self.lab.names if "vm1" in self.lab.inside(name, *wanted).split()] == [host]

    def test_a_guest_goes_by_hand_and_comes_to_no_harm(self):
        lab = self.lab
        before = lab.health(1)
        source = lab.where_is(1)
        other = "h2" if source == "h1" else "h1"
        begun = eventually(lambda: (p := self.prumo(other, "migrate", "vm1", "--to", other, "--format", "json",
                                                    "--bandwidth", str(SLOW_MIB_S), "--no-wait"))
                           and p.returncode == 0 and p, "it may begin", PATIENCE_LAB)
        op = json.loads(begun.stdout)["op"]
        eventually(lambda: any(m["op"] == op and m["remaining_mib"] > 0
                               for m in lab.ask(source, "migrations")["running"]), "it copies", PATIENCE_LAB)
        self.assertEqual(self.prumo(other, "abort", "vm1").returncode, 0)
        end = eventually(lambda: (e := lab.ask(other, "operation", op, source)) and e["state"] == "ended" and e,
                         "its end", PATIENCE_LAB)
        self.assertEqual(end["outcome"], "aborted", end)
        self.assertEqual(lab.where_is(1), source)
        eventually(lambda: self.starts_with(source), "it starts with its host again", PATIENCE_LAB)
        vm = next(v for v in lab.ask(other, "vms")["vms"] if v["name"] == "vm1")
        self.assertGreater(vm["left_alone_s"], 0)

        moved = eventually(lambda: (p := self.prumo(other, "migrate", "vm1", "--to", other, "--format", "json"))
                           and p.returncode == 0 and p, "the cooldown is over, and it has moved", PATIENCE_LAB)
        told = json.loads(moved.stdout)
        self.assertEqual(told["outcome"], "done")
        self.assertGreater(told["total_s"], 0)
        self.assertEqual(lab.where_is(1), other)
        eventually(lambda: self.starts_with(other), "it starts with its new host", PATIENCE_LAB)
        self.assertEqual(lab.health(1), before)


if __name__ == "__main__":
    unittest.main()
