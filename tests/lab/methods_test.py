"""Each method of migrating, on a real guest over a slow way: what differs is for how long the guest is stopped, and
what becomes of one that writes faster than the way carries."""

import os
import pathlib
import subprocess
import unittest

from tests.support.cluster import ROOT
from tests.support.lab import Lab

PROBE = pathlib.Path(os.environ.get("PRUMO_BUILD", ROOT / "build" / "release")) / "tests" / "hv_probe"
UUID = "9e570000-0000-4000-8000-000000000001"
CALM, WILD = "dirty=1 wss=4", "dirty=200 wss=64"
SLOW, SLOWER = "bandwidth_mib_s=40", "bandwidth_mib_s=25"


class Methods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(2))
        cls.lab.start_guests("h1", {1: {"mem": 192, "hold": 60, "dirty": 1, "wss": 4}})

    def migrate(self, *wishes):
        """How it ended, its total time and its downtime in seconds; the guest has come to no harm."""
        before = self.lab.health(1)
        source = self.lab.where_is(1)
        to = f"{self.lab.mgmt}.{2 if source == 'h1' else 1}"
        done = subprocess.run(
            [ROOT / "scripts" / "lab", "host", "exec", source, PROBE, "migrate", UUID, f"qemu+tcp://{to}/system",
             f"tcp://{to}", *wishes], env=self.lab.environment, capture_output=True, text=True, timeout=300)
        how, *figures = done.stdout.splitlines()[-1].split(" ", 4)
        said = dict(f.split("=", 1) for f in figures)
        expected = [line for line in done.stdout.splitlines() if line.startswith("expected ")]
        print(*wishes, "|", *expected, "|", how, *figures)
        moved = self.lab.where_is(1) != source
        self.assertEqual(moved, how == "done", done.stdout + done.stderr)
        self.assertEqual(self.lab.health(1), before, done.stdout)
        if how == "done":
            self.assertGreater(float(said["copied"]), 0)
        return how, float(said["total"]), float(said["downtime"]), said["error"]

    def test_stop_and_copy_stops_the_guest_for_all_of_the_copying_and_the_others_do_not(self):
        self.lab.say(1, f"set {CALM}")
        how, stop_total, stop_down, _ = self.migrate("method=stop-and-copy", SLOW)
        self.assertEqual(how, "done")
        how, live_total, live_down, _ = self.migrate("method=pre-copy", SLOW)
        self.assertEqual(how, "done")
        self.assertGreater(stop_down, 5 * live_down)
        self.assertGreater(stop_down, 0.7 * stop_total)
        self.assertEqual(self.migrate("method=post-copy", SLOW)[0], "done")
        self.assertEqual(self.migrate("method=auto", SLOW)[0], "done")

    def test_a_guest_that_writes_faster_than_the_way_carries_is_given_up_or_stopped(self):
        self.lab.say(1, f"set {WILD}")
        stalling = ["method=pre-copy", SLOWER, "auto_converge=false", "max_downtime=40ms", "stall=4s"]
        how, _, _, error = self.migrate(*stalling, "last_resort=abort")
        self.assertEqual(how, "given-up")
        self.assertIn("no progress", error)
        # Its downtime says nothing: the limit holds for a running guest alone, what is left goes as fast as it can.
        self.assertEqual(self.migrate(*stalling, "last_resort=stop-and-copy")[0], "done")
        self.assertEqual(self.migrate(*stalling, "last_resort=post-copy")[0], "done")
        how, _, _, error = self.migrate("method=auto", SLOW, "max_downtime=100ms", "deadline=1s")
        self.assertEqual(how, "not-started")
        self.assertIn("no method keeps within its limits", error)


if __name__ == "__main__":
    unittest.main()
