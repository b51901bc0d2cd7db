"""A VM moved by hand with `prumo migrate`, through whichever daemon is asked."""

import json
import os
import pty
import select
import signal
import subprocess
import time
import unittest

from tests.cluster.scene import census, eventually, scene
from tests.support.cluster import BUILD, PATIENCE


class ByHand(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(scene(hosts=3))
        self.cluster.start()
        self.cluster.wait_for_coordinator("h3")
        eventually(lambda: all(h["slot"] == "free" for h in self.cluster.ask("h2", "hosts")["hosts"]),
                   "every host has looked at its machines")

    def command(self, asked, *arguments):
        return [BUILD / "prumo", *self.cluster.at(asked), *arguments]

    def prumo(self, asked, *arguments):
        return subprocess.run(self.command(asked, *arguments), capture_output=True, text=True, timeout=120)

    def begin(self, vm, to, *more, asked="h2"):
        """A `prumo migrate` that watches a migration which the machines have begun."""
        watching = subprocess.Popen(self.command(asked, "migrate", vm, "--to", to, "--format", "json", *more),
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(watching.kill)
        eventually(lambda: vm in self.cluster.migrating(), f"{vm} is on its way")
        return watching

    def test_a_vm_moves_whichever_daemon_is_asked(self):
        dry = self.prumo("h3", "migrate", "small", "--to", "h2", "--dry-run")
        self.assertEqual(dry.returncode, 0, dry.stdout + dry.stderr)
        self.assertIn("h2: would take it now", dry.stdout)
        self.assertEqual(self.cluster.where()["small"], "h1", "a dry run moves nothing")
        moved = self.prumo("h3", "migrate", "small", "--to", "h2", "--max-downtime", "200ms", "--format", "json")
        self.assertEqual(moved.returncode, 0, moved.stderr)
        told = json.loads(moved.stdout)
        self.assertEqual((told["outcome"], told["from"], told["to"]), ("done", "h1", "h2"))
        self.assertEqual(self.cluster.where()["small"], "h2")
        past = self.cluster.ask("h1", "migrations")["past"]
        self.assertEqual([m["op"] for m in past], [told["op"]])
        self.assertEqual(past[0]["prediction"], {k: v for k, v in told["plan"]["prediction"].items() if k != "text"})
        back = self.prumo("h1", "migrate", "small", "--to", "h1")
        self.assertEqual(back.returncode, 1)
        self.assertIn("small stays: ", back.stderr)
        census(self, self.cluster, 5)

    def test_the_destination_decides_and_its_reason_is_shown(self):
        self.cluster.define_vm("fat", "h1", cpu="0.1", memory=15000, image=15000)
        # It has just turned up: its host settles, and it rests.
        eventually(lambda: self.prumo("h2", "migrate", "fat", "--to", "h3", "--dry-run", "--format", "json").stdout
                   .count('"begins": true'), "fat may leave h1")
        for more in (["--dry-run"], []):
            done = self.prumo("h2", "migrate", "fat", "--to", "h3", *more)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertRegex(done.stdout, r"memory 0\.\d+ > 0\.850", done.stderr)
        self.assertEqual(self.cluster.where()["fat"], "h1")
        unknown = self.prumo("h2", "migrate", "nosuch", "--to", "h3")
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("no VM is called", unknown.stderr)

    def test_an_aborted_vm_stays_and_is_left_alone(self):
        watching = self.begin("big", "h2", "--bandwidth", "10")
        self.assertEqual(self.prumo("h3", "abort", "big").returncode, 0)
        out, _ = watching.communicate(timeout=60)
        self.assertEqual(watching.returncode, 1)
        self.assertEqual(json.loads(out)["outcome"], "aborted")
        self.assertEqual(self.cluster.where()["big"], "h1")
        vm = next(v for v in self.cluster.ask("h3", "vms")["vms"] if v["name"] == "big")
        self.assertGreater(vm["left_alone_s"], 60)
        self.assertIn("abort", vm["left_alone_why"])

    def test_its_impact_is_measured_there_and_back(self):
        done = self.prumo("h3", "impact", "small", "--to", "h2", "--back", "--probe", "true", "--before", "0s",
                          "--after", "0s", "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([p["outcome"] for p in json.loads(done.stdout)["passages"]], ["done", "done"])
        past = {m["op"]: (m["to"], m["outcome"]) for h in ("h1", "h2") for m in self.cluster.ask(h, "migrations")["past"]}
        self.assertEqual(sorted(past.values()), [("h1", "done"), ("h2", "done")])
        self.assertEqual(self.cluster.where()["small"], "h1")

    def at_a_terminal(self):
        """A `prumo migrate` that a person watches: the process, and what waits until its screen shows a text."""
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        watching = subprocess.Popen(self.command("h2", "migrate", "big", "--to", "h2", "--bandwidth", "10"),
                                    stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self.addCleanup(watching.kill)

        def until(text):
            seen, end = "", time.monotonic() + PATIENCE
            while text not in seen:
                self.assertTrue(select.select([ours], [], [], max(0, end - time.monotonic()))[0], seen)
                seen += os.read(ours, 4096).decode()
        def type_in(text):
            os.write(ours, text.encode())
        until("%")
        return watching, until, type_in

    def test_ctrl_c_asks_and_a_yes_aborts(self):
        watching, until, type_in = self.at_a_terminal()
        watching.send_signal(signal.SIGINT)
        until("Abort it?")
        type_in("n\n")
        until("%")
        self.assertEqual(self.cluster.migrating(), ["big"])
        watching.send_signal(signal.SIGINT)
        until("Abort it?")
        type_in("y\n")
        until("aborted")
        self.assertEqual(watching.wait(PATIENCE), 1)
        self.assertEqual(self.cluster.where()["big"], "h1")

    def test_a_second_ctrl_c_leaves_it_running(self):
        watching, until, _ = self.at_a_terminal()
        watching.send_signal(signal.SIGINT)
        until("Abort it?")
        watching.send_signal(signal.SIGINT)
        until("goes on; prumo abort ")
        self.assertEqual(watching.wait(PATIENCE), 1)
        self.assertEqual(self.cluster.migrating(), ["big"])

    def test_it_goes_on_when_the_sources_daemon_is_killed(self):
        watching = self.begin("big", "h2", "--bandwidth", "200")
        self.cluster.kill("h1")
        self.assertIsNone(watching.poll(), "it is still watched")
        self.cluster.start("h1")
        out, err = watching.communicate(timeout=120)
        self.assertEqual(watching.returncode, 0, out + err)
        self.assertEqual(self.cluster.where()["big"], "h2")
        census(self, self.cluster, 5)
        eventually(lambda: self.cluster.ask("h1", "migrations")["running"] == [], "nothing is left of it")


if __name__ == "__main__":
    unittest.main()
