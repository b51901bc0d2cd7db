"""Real libvirt, real guests: the main job, and what may go wrong in the middle of it.

h1 holds vm1, vm2 and vm3 and is four fifths full of memory. h2 is also busy with other work, h3 idles. Of the
guests vm3 is the smallest, so the cheapest to move; h2 is the fuller of the hosts that it fits."""

import time
import unittest

from tests.support.lab import Lab, PATIENCE_LAB, eventually

OPTIONS = """
[relief]
sample_interval = "2s"
cooldown = "10s"
"""
GUESTS = {1: {"mem": 384, "hold": 70}, 2: {"mem": 192, "hold": 50}, 3: {"mem": 128, "hold": 0}}
CALM, HOT = 0.80, 0.95
GROWTH_MIB = 150  # 0.15 of a host: from calm to hot
SLOW_MIB_S = 8  # a migration takes seconds: what is not zero of a guest is 70 MiB and more
SHORT_S = 4.0  # two samples: even of 1.0 each, they smooth to less than 0.9


class LabTest(unittest.TestCase):
    lab = None

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(3, OPTIONS))
        cls.start_guests(GUESTS)

    @classmethod
    def start_guests(cls, numbers):
        cls.lab.start_guests("h1", {n: {**GUESTS[n], "dirty": 2, "wss": 8} for n in numbers})

    def scene(self, bandwidth=0):
        """The hosts with power, the guests on h1 as they were started, daemons that know nothing of before."""
        lab = self.lab
        lab.stop_daemons()
        lab.power_up()
        for n in GUESTS:
            where = lab.where_is(n)
            if where == "h1" and lab.say(n, "stat")["hold"] == str(GUESTS[n]["hold"]):
                continue
            if where in ("h2", "h3") and lab.say(n, "stat")["hold"] == str(GUESTS[n]["hold"]):
                lab.guest("migrate", n, where, "h1")
            else:
                lab.guest("stop", n)
                self.start_guests([n])
        lab.busy("h2", cpu=40, memory_mib=200)
        lab.busy("h3")
        lab.settle("h1", CALM)
        lab.bandwidth = bandwidth
        lab.forget()
        lab.start()
        lab.ready()
        # What the guests' start cost must have left the smoothed values.
        self.until(lambda: (h := lab.host("h1")) and h["cpu"] < 0.3 and 0.75 < h["memory"] < 0.85 and h["vms"] == 3,
                   "h1 is calm")
        self.assertEqual(self.records("h1"), [])

    def until(self, condition, what, pause=0.1):
        try:
            return eventually(condition, what, PATIENCE_LAB, pause)
        except AssertionError:
            print(self.lab.account(), flush=True)
            raise

    def records(self, asked="h3"):
        said = self.lab.ask(asked, "migrations")
        return said["past"] if said else []

    def running(self):
        said = self.lab.ask("h1", "migrations")
        return [m for m in said["running"] if m["phase"] == "migrating" and m["elapsed_s"] > 1] if said else []

    def test_a_short_peak_moves_nothing(self):
        for _ in range(5):
            self.scene()
            used = self.lab.pretended["h1"][1]
            begun = time.monotonic()
            self.lab.busy("h1", cpu=100, memory_mib=used)
            self.until(lambda: (h := self.lab.host("h1")) and h["cpu"] > 0.5, "the peak is seen", 0.02)
            self.lab.busy("h1", memory_mib=used)
            if time.monotonic() - begun < SHORT_S:
                break
        else:
            self.skipTest("this machine is too slow to make a short peak")
        self.until(lambda: (h := self.lab.host("h1")) and h["cpu"] < 0.4, "the peak has passed")
        self.assertEqual((self.records("h1"), self.running()), ([], []))

    def test_the_cheapest_goes_to_the_busier_host_that_fits_and_again_after_the_coordinator_is_killed(self):
        lab = self.lab
        self.scene()
        before = {n: lab.health(n) for n in GUESTS}
        self.assertEqual({errors for _, errors in before.values()}, {"0"})
        lab.say(1, f"set hold={GUESTS[1]['hold'] + GROWTH_MIB}")
        record = self.until(self.records, "vm1 has grown, and the relief is on record")[-1]
        self.assertEqual((record["vm"], record["to"], record["outcome"]), ("vm3", "h2", "done"), record)
        self.assertGreater(record["total_s"], 0)
        self.assertGreater(record["copied_mib"], 0)
        self.assertEqual(record["prediction"]["method"], "pre-copy")
        print(f"predicted {record['prediction']}, measured {record['total_s']} s, {record['downtime_ms']} ms, "
              f"{record['copied_mib']:.0f} MiB")
        self.assertEqual(lab.where_is(3), "h2")
        self.assertEqual({n: lab.health(n) for n in GUESTS}, before)

        first = lab.wait_for_coordinator()
        lab.kill(first)
        second = lab.wait_for_coordinator()
        self.assertNotEqual(first, second)
        lab.busy("h2")
        lab.fill("h1", HOT)
        self.until(lambda: len(self.records(second)) == 2, "h1 is relieved again")
        moved = [n for n in (1, 2) if lab.where_is(n) in ("h2", "h3")]
        self.assertEqual(len(moved), 1)
        self.assertEqual({n: lab.health(n) for n in GUESTS}, before)

    def test_the_destination_loses_power_in_mid_migration(self):
        lab = self.lab
        self.scene(SLOW_MIB_S)
        before = {n: lab.health(n) for n in GUESTS}
        lab.fill("h1", HOT)
        self.until(self.running, "a migration runs")
        lab.lab("host", "kill", "h2")
        lab.processes.pop("h2").wait()
        record = self.until(self.records, "the failed attempt is on record")[-1]
        self.assertEqual((record["vm"], record["to"], record["outcome"]), ("vm3", "h2", "failed"), record)
        self.assertEqual(lab.where_is(3), "h1")
        self.assertEqual({n: lab.health(n) for n in GUESTS}, before)
        self.until(lambda: any(r["to"] == "h3" and r["outcome"] == "done" for r in self.records()),
                   "the next attempt goes elsewhere")
        self.assertEqual([lab.where_is(n) for n in GUESTS].count("h3"), 1)
        self.assertEqual({n: lab.health(n) for n in GUESTS}, before)
        self.assertFalse(any(h["needs_operator"] for h in lab.ask("h1", "hosts")["hosts"] if h["id"] != "h2"))

    def test_the_source_daemon_is_killed_in_mid_migration(self):
        lab = self.lab
        self.scene(SLOW_MIB_S)
        before = lab.health(3)
        lab.fill("h1", HOT)
        self.until(self.running, "a migration runs")
        lab.kill("h1")
        lab.start("h1")
        self.until(lambda: lab.where_is(3) == "h2", "the migration goes on without its daemon")
        record = self.until(self.records, "the restarted daemon finishes its record")[-1]
        self.assertEqual((record["vm"], record["to"], record["outcome"]), ("vm3", "h2", "done"), record)
        self.assertEqual(lab.health(3), before)
        self.until(lambda: all(h["slot"] == "free" for h in lab.ask("h1", "hosts")["hosts"]), "no slot is left taken")


if __name__ == "__main__":
    unittest.main()
