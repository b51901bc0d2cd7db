"""The last fence and what libvirt leaves behind: vetoes of the hook, and VMs that only an operator can judge.

One guest, vm1, begins on h1; h2 and h3 idle. The hook is the file that is installed on real hosts, with the paths
of this build."""

import os
import pathlib
import signal
import time
import unittest

from tests.support.lab import HOOK, Lab, PATIENCE_LAB, eventually

OPTIONS = """
[relief]
sample_interval = "2s"
cooldown = "10s"
"""
VM = "9e570000-0000-4000-8000-000000000001"
CALM, HOT = 0.5, 0.95
SLOW_MIB_S = 8
NEAR_THE_END_MIB = 12  # 1.5 s at that speed: less than libvirt's keepalive in the lab, 6 s
REPORT_S = 30.0


class Fences(unittest.TestCase):
    lab = None

    @classmethod
    def setUpClass(cls):
        cls.lab = cls.enterClassContext(Lab(3, OPTIONS))
        for name in cls.lab.names:
            cls.lab.install_hook(name)

    def virsh(self, name, *words, check=True):
        return self.lab.inside(name, "virsh", "-q", "-c", "qemu:///system", *words, check=check).strip()

    def scene(self, bandwidth=0, extra=""):
        """vm1 runs on h1 alone; daemons that know nothing of before."""
        lab = self.lab
        lab.stop_daemons()
        for name in lab.names:
            self.lab.inside(name, "iptables", "-F", "INPUT")
        if lab.where_is(1) != "h1" or "vm1" in self.virsh("h2", "list", "--all") + self.virsh("h3", "list", "--all"):
            lab.guest("stop", 1)
            lab.start_guests("h1", {1: {"dirty": 2, "wss": 8}})
        for name in ("h2", "h3"):
            lab.busy(name)
        lab.settle("h1", CALM)
        lab.bandwidth = bandwidth
        lab.options = OPTIONS + extra
        lab.forget()
        lab.start()
        lab.ready()
        self.until(lambda: (h := lab.host("h1")) and h["cpu"] < 0.5 and h["memory"] < 0.6 and h["vms"] == 1,
                   "h1 is calm")

    def until(self, condition, what, pause=0.1, patience=PATIENCE_LAB):
        try:
            return eventually(condition, what, patience, pause)
        except AssertionError:
            print(self.lab.account(), flush=True)
            raise

    def records(self):
        said = self.lab.ask("h1", "migrations")
        return said["past"] if said else []

    def running(self):
        said = self.lab.ask("h1", "migrations")
        return said["running"] if said else []

    def prumo(self, name, *words):
        return self.lab.prumo(*words, *self.lab.at(name))

    def by_hand(self, source, destination):
        """What virsh says of it; empty: the VM has moved."""
        try:
            self.lab.guest("migrate", 1, source, destination)
        except AssertionError as error:
            return str(error)
        return ""

    def pid_of(self, name, pattern):
        """A process of that host, as seen from outside."""
        first = int(self.lab.lab("host", "pid", name))
        namespace = os.readlink(f"/proc/{first}/ns/pid")
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if ((process / "comm").read_text().strip() == pattern and
                        os.readlink(process / "ns" / "pid") == namespace):
                    return int(process.name)
            except (FileNotFoundError, ProcessLookupError):
                pass
        raise AssertionError(f"{name} runs no {pattern}")

    def near_the_end(self):
        """A migration of prumo's own that is about to end."""
        self.scene(SLOW_MIB_S)
        self.lab.fill("h1", HOT)
        op = self.until(lambda: [m for m in self.running() if 0 < m["remaining_mib"] < NEAR_THE_END_MIB],
                        "a migration is about to end", 0.02)[0]
        self.lab.busy("h1")
        return op["to"]

    def hold_the_answer(self, to):
        """Stops the destination's libvirtd between the copy and its answer; its pid, to be let go on."""
        stopped = self.pid_of(to, "libvirtd")
        os.kill(stopped, signal.SIGSTOP)
        try:
            self.until(lambda: self.virsh("h1", "domstate", "vm1").startswith("paused"), "the copy is done", 0.02)
        except BaseException:
            os.kill(stopped, signal.SIGCONT)
            raise
        return stopped

    def needs(self, asked, host):
        said = self.lab.ask(asked, "vms")
        return next((v["needs_operator"] for v in said["vms"] if v["id"] == VM and v["host"] == host), "") if said else ""

    # ---- the hook -------------------------------------------------------------------------------------

    def test_a_vm_whose_slot_was_given_up_is_turned_away_until_an_operator_settles_it(self):
        lab = self.lab
        self.scene()
        for name in ("h2", "h3"):
            self.lab.inside(name, "iptables", "-A", "INPUT", "-p", "tcp", "--dport", "16509", "-j", "DROP")
        lab.fill("h1", HOT)
        record = self.until(self.records, "an operation that has failed")[-1]
        self.assertEqual(record["outcome"], "failed", record)
        self.assertIn("stored on 3 of 3 hosts", lab.ask("h1", "pause")["text"])
        lab.busy("h1")
        to = record["to"]
        self.lab.inside(to, "iptables", "-F", "INPUT")
        self.until(lambda: lab.host(to)["slot"] == "free", "the slot is given up")

        said = self.by_hand("h1", to)
        self.assertIn("vm1 may not come in: operation", said)
        self.assertIn("gave up its slot", said)
        self.assertEqual(lab.where_is(1), "h1")
        self.assertEqual(lab.ask(to, "hosts")["counters"]["events"]["turned-away"], 1)
        self.assertEqual(lab.host(to)["slot"], "free")

        self.prumo("h1", "settle", VM)
        self.assertEqual(self.by_hand("h1", to), "")
        self.assertEqual(lab.where_is(1), to)
        self.assertFalse(lab.host(to)["without_hook"])

    def test_without_an_answer_of_the_daemon_it_does_as_configured(self):
        lab = self.lab
        self.scene()
        lab.kill("h3")
        self.assertEqual(self.by_hand("h1", "h3"), "", "hook.daemon_down is \"pass\" by default")
        lab.options += '\n[hook]\ndaemon_down = "veto"\n'
        lab.configure("h1")
        lab.kill("h1")
        said = self.by_hand("h3", "h1")
        self.assertIn("may not come in: nothing listens", said)
        lab.start("h1")
        lab.wait_for_coordinator()
        lab.signal("h1", signal.SIGSTOP)
        try:
            begun = time.monotonic()
            said = self.by_hand("h3", "h1")
            took = time.monotonic() - begun
        finally:
            lab.signal("h1", signal.SIGCONT)
        self.assertIn("may not come in: no answer", said)
        self.assertGreater(took, 0.7)
        self.assertEqual(lab.where_is(1), "h3")

    def test_a_strict_host_takes_in_only_what_prumo_has_reserved(self):
        lab = self.lab
        self.scene(extra="\n[hook]\nstrict = true\n")
        self.assertIn("takes in only what prumo has reserved", self.by_hand("h1", "h2"))
        self.assertEqual(lab.where_is(1), "h1")
        lab.fill("h1", HOT)
        record = self.until(self.records, "the relief is on record")[-1]
        self.assertEqual(record["outcome"], "done", record)

    def test_status_says_where_the_hook_is_missing(self):
        self.scene()
        self.assertFalse(self.lab.host("h3", "h1")["without_hook"])
        self.lab.inside("h3", "rm", HOOK)
        try:
            self.until(lambda: self.lab.host("h3", "h1")["without_hook"], "h1 knows that h3 is without the hook")
            self.assertIn("without the hook", self.prumo("h1", "status").stdout)
        finally:
            self.lab.install_hook("h3")

    # ---- the operator's word --------------------------------------------------------------------------

    def test_an_abort_that_comes_while_the_migration_is_prepared_is_not_lost(self):
        lab = self.lab
        self.scene(SLOW_MIB_S)
        lab.fill("h1", HOT)
        op = self.until(self.running, "an operation has begun", 0.005)[0]
        self.assertIn("told to abort", lab.ask("h1", "abort", op["op"])["text"])
        lab.ask("h1", "pause")
        lab.busy("h1")
        record = self.until(self.records, "the end of it is on record")[-1]
        self.assertEqual((record["op"], record["outcome"]), (op["op"], "aborted"), record)
        self.assertEqual(lab.where_is(1), "h1")

    # ---- what libvirt leaves behind -------------------------------------------------------------------

    def test_paused_after_the_memory_has_gone_but_not_the_answer(self):
        """libvirt's PERFORM3_DONE: the source's libvirtd dies between the copy and the other side's answer."""
        lab = self.lab
        to = self.near_the_end()
        stopped = self.hold_the_answer(to)
        try:
            os.kill(self.pid_of("h1", "libvirtd"), signal.SIGKILL)
            visible = time.monotonic()
            said = self.until(lambda: self.needs("h1", "h1"), "h1 asks for an operator")
        finally:
            os.kill(stopped, signal.SIGCONT)
        self.assertLess(time.monotonic() - visible, REPORT_S)
        self.assertIn(f"paused by a migration that did not end. Look on h1 and on {to}: virsh domstate vm1", said)
        self.assertIn(f"prumo settle {VM}", said)
        self.assertIn("paused", self.virsh("h1", "domstate", "vm1"))
        self.assertTrue(lab.host("h1", "h3")["needs_operator"])

        # Paused on both sides: whatever is started anew, nothing is resumed, ended or undefined by guess.
        for word in ("destroy", "undefine"):
            self.virsh(to, word, "vm1", check=False)
        self.virsh(to, "create", "--paused", lab.folder.parent / "vm1.xml")
        lab.kill("h1")
        lab.start("h1")
        lab.ready()
        self.assertIn("paused by a migration that did not end", self.needs("h3", "h1"))
        for host in ("h1", to):
            self.assertEqual(self.virsh(host, "domstate", "vm1"), "paused")

    def test_running_on_both_after_the_answer_was_lost(self):
        lab = self.lab
        to = self.near_the_end()
        stopped = self.hold_the_answer(to)
        self.lab.inside("h1", "iptables", "-A", "INPUT", "-p", "tcp", "-s", f"{lab.mgmt}.{to[1:]}", "--sport", "16509",
                    "-j", "DROP")
        os.kill(stopped, signal.SIGCONT)
        self.until(lambda: lab.where_is(1).split() == ["h1", to], "vm1 runs on both")
        visible = time.monotonic()
        for host, other in (("h1", to), (to, "h1")):
            said = self.until(lambda: self.needs("h1", host), f"{host} asks for an operator")
            self.assertLess(time.monotonic() - visible, REPORT_S)
            self.assertIn(f"runs here and on {other}", said)
        self.assertEqual(lab.where_is(1).split(), ["h1", to])

    def test_defined_on_both_after_a_migration_that_left_its_definition(self):
        lab = self.lab
        self.scene()
        self.virsh("h1", "migrate", "--p2p", "--live", "--persistent", "vm1", f"qemu+tcp://{lab.mgmt}.2/system")
        visible = time.monotonic()
        said = self.until(lambda: self.needs("h1", "h1"), "h1 asks for an operator")
        self.assertLess(time.monotonic() - visible, REPORT_S)
        self.assertIn("migrated away and still defined here", said)
        self.assertIn("on h1: virsh undefine vm1", said)
        self.assertIn("vm1", self.virsh("h1", "list", "--all"))
        self.virsh("h1", "undefine", "vm1")
        self.prumo("h1", "settle", VM)
        self.until(lambda: not lab.host("h1")["needs_operator"], "h1 needs nobody")


if __name__ == "__main__":
    unittest.main()
