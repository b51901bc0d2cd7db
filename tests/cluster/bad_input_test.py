"""Whatever is wrong with what a daemon or a command is given, it says so in one clear line, ends with the right
code or carries on, and never crashes or hangs."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import unittest

from tests.cluster import hostile
from tests.cluster.hostile import (Voice, assert_refused, assert_well, counters, envelope, keys_of, lines_with,
                                   prefix, prumod, secret_of, shout, stranger, told_once)
from tests.cluster.scene import heat, scene
from tests.support.client import FAILED, USAGE, Client, Refused, Timeout
from tests.support.cluster import BUILD, Cluster, eventually, free_ports

DONE, WENT_WRONG, CONFIGURATION, SILENT = range(4)  # exit codes
QUICK = """
[relief]
sample_interval = "500ms"
settle = "1s"
cooldown = "5s"

[election]
takeover_delay = "2s"
"""


def edited(cluster, host, *replacements, name="other.toml", append=""):
    """A copy of a host's prumo.toml with texts replaced; each must occur."""
    text = (cluster.folder / host / "prumo.toml").read_text()
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    path = cluster.folder / host / name
    path.write_text(text + append)
    return path


def own_members(cluster, host):
    """A members folder for one host alone, to be spoilt, and what must be replaced in its prumo.toml."""
    shared = cluster.folder / "etc" / "members"
    folder = cluster.folder / host / "members"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(shared, folder)
    return folder, (f'members = "{shared}"', f'members = "{folder}"')


def spoil(path, old, new):
    text = path.read_text()
    assert old in text, (path, old)
    path.write_text(text.replace(old, new))


class Configuration(unittest.TestCase):
    """prumod ends with 2 before it has opened anything, and names file, line where there is one, and cure."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(Cluster(3))

    def refuse(self, path, *parts):
        for arguments in ((), ("--check-config",)):
            with self.subTest(parts=parts, arguments=arguments):
                assert_refused(self, prumod(path, *arguments), CONFIGURATION, *parts)
        self.assertFalse((self.cluster.folder / "h1" / "state").exists(), "the state was touched")

    def changed(self, *replacements, append=""):
        return edited(self.cluster, "h1", *replacements, append=append)

    def test_what_is_no_toml(self):
        path = self.cluster.folder / "h1" / "other.toml"
        for content in (b"id = \n", b"\xff\xfe\x00\x01" * 100, b"[" * 100_000):
            path.write_bytes(content)
            self.refuse(path, path)
        self.refuse(self.cluster.folder / "nowhere.toml", "nowhere.toml")
        self.refuse(self.cluster.folder, self.cluster.folder)

    def test_wrong_and_missing_keys(self):
        at = "other.toml:"
        self.refuse(self.changed(("listen =", "lissten =")), at, "lissten", "did you mean transport.listen?")
        self.refuse(self.changed(append="[colour]\nblue = 1\n"), at, "colour.blue", "is no key of prumo")
        self.refuse(self.changed(('id = "h1"', "")), "id is missing", "set id")
        self.refuse(self.changed(('cluster = "', '#cluster = "')), "cluster is missing", "prumo init")
        self.refuse(self.changed((self.cluster.cluster_id, "1234")), at, "is no cluster id", "prumo init")
        self.refuse(self.changed(("control = [", "control = [] #")), "transport.control is missing")
        self.refuse(self.changed(("folder =", "# folder =")), "hypervisor.simulated.folder is missing")

    def test_values_of_the_wrong_kind_or_out_of_range(self):
        for section, value, *parts in (
                ("election", 'heartbeat = "1h"', "election.heartbeat", "out of range", "1min"),
                ("election", 'heartbeat = "-200ms"', "is no duration"),
                ("election", "heartbeat = 200", "is no duration", "200ms"),
                ("election", "drift = 0.9", "out of range"),
                ("policy", "overload = 1.5", "out of range"),
                ("policy", "overload = -0.1", "out of range"),
                ("policy", "overload = nan", "out of range"),
                ("policy", 'overload = "high"', "is no number"),
                ("policy", "work_limit = 99999999999999999999", "other.toml:"),
                ("policy", "allow_partial = 1", "true"),
                ("gossip", "fanout = 0", "out of range"),
                ("relief", "ignore = [1]", "list of texts"),
                ("log", 'level = "loud"', "is unknown", "warn")):
            path = self.changed(append=f"[{section}]\n{value}\n")
            line = len(path.read_text().splitlines())
            self.refuse(path, f"other.toml:{line}", *parts)
        self.refuse(self.changed(("listen = \"tcp", "listen = \"ftp")), "is no endpoint", "tcp://ADDRESS:PORT")
        self.refuse(self.changed((":" + str(self.cluster.ports["h1"]), ":99999")), "is no endpoint")

    def test_values_that_contradict_each_other(self):
        for text, *parts in (
                ('[election]\nlease = "2s"', "election.lease", "election.promise", "raise promise"),
                ('[election]\nlease = "1s"\npromise = "1s"', "election.lease", "election.promise"),
                ('[election]\nheartbeat = "800ms"', "election.heartbeat", "election.lease"),
                ("[policy]\ntarget = 0.9\noverload = 0.9", "policy.target", "policy.overload"),
                ("[policy]\ntarget = 0.95", "policy.target", "policy.overload"),
                ("[policy]\nalpha = 0.9", "policy.alpha", "policy.beta")):
            self.refuse(self.changed(append=text + "\n"), "other.toml:", *parts)

    def test_members_that_can_not_be(self):
        endpoints = self.cluster.endpoint("h2"), self.cluster.endpoint("h3")
        for member, old, new, *parts in (
                ("h2", 'id = "h2"', 'id = "h3"', "h3.toml", 'same id "h3" as', "h2.toml"),
                ("h2", *endpoints, "same endpoint", "h2.toml", "h3.toml"),
                ("h2", 'id = "h2"', 'id = "h 2"', "h2.toml:1", "is no name"),
                ("h2", "priority = 0", "priority = 9999999", "h2.toml:4", "is no priority"),
                ("h2", "endpoint", "endpiont", "h2.toml:2", "endpiont is no key"),
                ("h2", "public_key = ", "#", "h2.toml", "public_key is missing", "prumo keygen"),
                ("h1", 'id = "h1"', 'id = "h9"', 'id = "h1" has no file', "prumo keygen")):
            folder, replacement = own_members(self.cluster, "h1")
            spoil(folder / f"{member}.toml", old, new)
            self.refuse(self.changed(replacement), *parts)
        shutil.copy(self.cluster.folder / "etc" / "members" / "h1.toml", folder / "h1.toml")
        shutil.copy(folder / "h2.toml", folder / "h4.toml")
        self.refuse(self.changed(replacement), "h4.toml", "same id", "h2.toml")
        shutil.rmtree(folder)
        self.refuse(self.changed(replacement), folder, "prumo init")
        folder.mkdir()
        self.refuse(self.changed(replacement), folder, "no member file")

    def test_keys_that_do_not_fit(self):
        keys = self.cluster.folder / "etc" / "keys"
        own = f'secret_key = "{keys}/h1.secret"'
        self.refuse(self.changed((own, f'secret_key = "{keys}/h2.secret"')), "h2.secret",
                    "does not belong to members/h1.toml")
        self.refuse(self.changed((own, f'secret_key = "{keys}/h9.secret"')), "h9.secret", "prumo keygen")
        spoilt = self.cluster.folder / "h1" / "spoilt.secret"
        spoilt.write_text(secret_of(self.cluster, "h1") + "\n")
        spoilt.chmod(0o644)
        self.refuse(self.changed((own, f'secret_key = "{spoilt}"')), spoilt, "chmod 600")
        spoilt.chmod(0o600)
        spoilt.write_bytes(os.urandom(40))
        self.refuse(self.changed((own, f'secret_key = "{spoilt}"')), spoilt, "holds no secret key")

    def test_clients_that_can_not_be(self):
        clients = self.cluster.folder / "h1" / "clients"
        shutil.copytree(self.cluster.folder / "etc" / "clients", clients)
        path = self.changed((f'clients = "{self.cluster.folder}/etc/clients"', f'clients = "{clients}"'))
        spoil(clients / "victor.toml", '"viewer"', '"king"')
        self.refuse(path, "victor.toml:2", "role", "is unknown", "viewer")
        shutil.copy(clients / "olga.toml", clients / "victor.toml")
        self.refuse(path, "victor.toml", "same public_key", "olga.toml")

    def test_wrong_arguments(self):
        path = self.cluster.folder / "h1" / "prumo.toml"
        for arguments in (("--colour",), ("extra",)):
            assert_refused(self, prumod(path, *arguments), CONFIGURATION, arguments[0], "prumod --help")


class Surroundings(unittest.TestCase):
    """The configuration is good, and what it names is not: 1, or it runs and says what is missing."""

    def setUp(self):
        self.cluster = self.enterContext(scene(QUICK, hosts=3))
        self.state = self.cluster.folder / "h1" / "state"

    def test_a_state_folder_that_can_not_be_written(self):
        path = self.cluster.folder / "h1" / "prumo.toml"
        self.state.write_text("a file")
        assert_refused(self, prumod(path), WENT_WRONG, self.state, "writable")
        assert_refused(self, prumod(path, "--check-config"), WENT_WRONG, "state = ", self.state, "is no folder")
        self.state.unlink()
        self.state.mkdir()
        (self.state / "state.db").mkdir()
        assert_refused(self, prumod(path), WENT_WRONG, self.state / "state.db")
        (self.state / "state.db").rmdir()
        for checks in ("", " --check-config"):
            in_read_only = f'mount -t tmpfs -o ro none "{self.state}" && exec "$0" --config "{path}"{checks}'
            done = subprocess.run(["unshare", "-m", "sh", "-c", in_read_only, BUILD / "prumod"], capture_output=True,
                                  text=True, timeout=hostile.SECONDS)
            assert_refused(self, done, WENT_WRONG, self.state, "writable")

    def test_a_state_of_a_newer_version(self):
        self.cluster.start("h1")
        eventually(lambda: self.cluster.ask("h1", "hosts"), "h1 answers")
        self.assertEqual(self.cluster.terminate("h1"), DONE)
        with sqlite3.connect(self.state / "state.db") as database:
            database.execute("UPDATE state SET format = 99")
        database.close()
        before = (self.state / "state.db").read_bytes()
        assert_refused(self, prumod(self.cluster.folder / "h1" / "prumo.toml"), WENT_WRONG, "state.db",
                       "newer prumod")
        self.assertEqual((self.state / "state.db").read_bytes(), before)

    def test_a_log_that_can_not_be_opened(self):
        path = edited(self.cluster, "h1", append=f'[log]\nfile = "{self.cluster.folder}"\n')
        assert_refused(self, prumod(path), WENT_WRONG, self.cluster.folder, "log")

    def test_without_libvirt_it_runs_and_is_unhealthy(self):
        missing = self.cluster.folder / "no-libvirt"
        edited(self.cluster, "h1", ('kind = "simulated"', 'kind = "libvirt"'), name="prumo.toml", append=f'''
[hypervisor.libvirt]
uri = "qemu+unix:///system?socket={missing}"
''')
        done = prumod(self.cluster.folder / "h1" / "prumo.toml", "--check-config")
        self.assertEqual(done.returncode, WENT_WRONG)
        about = [line for line in done.stderr.splitlines() if str(missing) in line]
        self.assertEqual(len(about), 1, done.stderr)
        for part in ("prumod: libvirt at ", "can't be reached", "is libvirtd or virtqemud running"):
            self.assertIn(part, about[0])

        self.cluster.start()
        self.cluster.wait_for_coordinator()

        def seen_by(host):
            return next(h for h in self.cluster.ask(host, "hosts")["hosts"] if h["id"] == "h1")
        for host in ("h1", "h3"):
            unhealthy = eventually(lambda: (h := seen_by(host)) and h["state"] == "alive" and not h["healthy"] and
                                   h["trouble"] and h, f"{host} shows h1 as unhealthy")
            self.assertIn("can't be reached", unhealthy["trouble"])
        eventually(lambda: lines_with(self.cluster, "h1", "error hypervisor"), "h1's log tells")
        told_once(self, self.cluster, "h1", str(missing))
        assert_well(self, self.cluster)


class Commands(unittest.TestCase):
    """`prumo` without a daemon."""

    SNAPSHOT = {"hosts": [{"id": "h1", "usage": {"cpu": 95, "memory": 10, "network": 1}},
                          {"id": "h2", "usage": {"cpu": 10, "memory": 10, "network": 1}}],
                "vms": [{"id": "a", "host": "h1", "usage": {"cpu": 20, "memory": 5, "network": 0}, "image_mib": 100}]}

    def prumo(self, *arguments, text=None):
        return subprocess.run([BUILD / "prumo", *arguments], input=text, capture_output=True, text=True,
                              timeout=hostile.SECONDS)

    def plan(self, text):
        return self.prumo("plan", "--snapshot", "-", text=text)

    def test_a_snapshot_that_can_not_be(self):
        self.assertEqual(self.plan(json.dumps(self.SNAPSHOT)).returncode, DONE)

        def changed(where, key, value):
            snapshot = json.loads(json.dumps(self.SNAPSHOT))
            at = snapshot
            for step in where:
                at = at[step]
            if value is None:
                del at[key]
            else:
                at[key] = value
            return json.dumps(snapshot)
        vm, usage = ("vms", 0), ("vms", 0, "usage")
        for text, *parts in (
                (changed(usage, "cpu", -1), "vms[0].usage.cpu"),
                (changed(usage, "cpu", None), "vms[0].usage.cpu"),
                (changed(usage, "cpu", "much"), "vms[0].usage.cpu"),
                (changed(usage, "cpu", float("nan")), "not JSON"),
                (changed(usage, "cpu", float("inf")), "not JSON"),
                (changed(vm, "image_mib", -5), "vms[0].image_mib"),
                (changed(vm, "image_mib", None), "vms[0].image_mib"),
                (changed(vm, "host", "h9"), "vms[0].host", 'no host "h9"'),
                (changed(("hosts", 1), "id", "h1"), "hosts[1].id", "twice"),
                (changed(("hosts", 1), "usage", None), "hosts[1].usage"),
                (changed((), "hosts", []), "hosts", "no host"),
                (changed((), "vms", {}), "vms"),
                ("", "standard input"), ("null", "standard input"), ("{", "not JSON"), ("[" * 200_000, "not JSON"),
                ("1e999", "standard input"), ("\u0000\ufffd", "not JSON")):
            with self.subTest(text=text[:80], parts=parts):
                assert_refused(self, self.plan(text), CONFIGURATION, *parts, by="prumo")
        assert_refused(self, self.prumo("plan", "--snapshot", "/nowhere.json"), CONFIGURATION, "/nowhere.json",
                       by="prumo")
        for setting, part in (("target=0.99", "policy.target"), ("target=2", "out of range"),
                              ("colour=1", "policy.colour"), ("target", "write it as target=0.8")):
            with self.subTest(setting=setting):
                done = self.prumo("plan", "--snapshot", "-", "--set", setting, text=json.dumps(self.SNAPSHOT))
                assert_refused(self, done, CONFIGURATION, "--set", part, by="prumo")

    def test_wrong_usage_and_nobody_there(self):
        for arguments in (("--colour",), ("colour",), ("status", "--format", "xml"), ("abort",), (),
                          ("--peer", "h1", "status"), ("--timeout", "soon", "status")):
            with self.subTest(arguments=arguments):
                assert_refused(self, self.prumo(*arguments), CONFIGURATION, by="prumo")
        with tempfile.TemporaryDirectory() as folder:
            assert_refused(self, self.prumo("--peer", f"ipc://{folder}/none", "status"), SILENT,
                           "nothing listens", "start prumod", by="prumo")


class Running(unittest.TestCase):
    """Three good daemons, of which h1 hears all that is bad."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(scene(QUICK, hosts=3))
        cls.control_port, = free_ports(1)
        edited(cls.cluster, "h1", ("control = [", f'control = ["tcp://127.0.0.1:{cls.control_port}", '),
               name="prumo.toml")
        cls.cluster.start()
        cls.cluster.wait_for_coordinator("h3")

    def setUp(self):
        self.addCleanup(assert_well, self, self.cluster)

    # ---- ways to h1 ---------------------------------------------------------------------------------------

    def voice(self, endpoint, keys=None):
        voice = Voice(endpoint, keys, keys_of(self.cluster, "h1")[0] if keys else None)
        self.addCleanup(voice.close)
        return voice

    def mesh(self, keys):
        return self.voice(self.cluster.endpoint("h1"), keys)

    def control_tcp(self):
        return f"tcp://127.0.0.1:{self.control_port}"

    def control_ipc(self):
        return f"ipc://{self.cluster.control_path('h1')}"

    def counted(self, kind, what, at_least=1):
        return eventually(lambda: counters(self.cluster, "h1", kind).get(what, 0) >= at_least,
                          f"h1 counts {at_least} of {kind} {what}: {counters(self.cluster, 'h1', kind)}", 20)

    def told_once(self, text):
        told_once(self, self.cluster, "h1", text)

    # ---- bytes --------------------------------------------------------------------------------------------

    def test_bytes_that_are_no_zeromq_on_each_socket(self):
        for family, address in (
                (socket.AF_INET, ("127.0.0.1", self.cluster.ports["h1"])),
                (socket.AF_INET, ("127.0.0.1", self.control_port)),
                (socket.AF_UNIX, str(self.cluster.control_path("h1")))):
            for connection in shout(family, address):
                self.addCleanup(connection.close)
        assert_well(self, self.cluster)  # while all of them hang on

    def test_bad_frames_with_a_members_key_are_counted_and_told_of_once(self):
        cluster = self.cluster
        voice = self.mesh(keys_of(cluster, "h2"))
        good = envelope(cluster, "h2")
        cases = [("no prumo frame", b"no frame at all, of any version"), ("no prumo frame", b"\0" * 1_000_000),
                 ("truncated", b""), ("truncated", b"PRMO"), ("truncated", good[:21]),
                 ("other major version", envelope(cluster, "h2", major=2)),
                 ("other major version", envelope(cluster, "h2", major=0)),
                 ("foreign cluster", envelope(cluster, "h2", cluster_id=b"x" * 16)),
                 ("truncated", good[:-1]), ("truncated", good[:22]),
                 ("malformed", envelope(cluster, "h2", fields=())),
                 ("trailing bytes", good + b"\0"),
                 ("unknown type", envelope(cluster, "h2", kind=200)),
                 ("sender mismatch", envelope(cluster, "h3"))]
        cases += [(reason, prefix(cluster) + body) for reason, body in hostile.bad_bodies()]

        def faults():
            return {what: n for what, n in counters(cluster, "h1", "faults").items() if what.startswith("h2: ")}
        expected = faults()
        for reason, frame in cases * 3:
            voice.say(frame)
            expected[f"h2: {reason}"] = expected.get(f"h2: {reason}", 0) + 1
        eventually(lambda: sum(faults().values()) >= sum(expected.values()), "all are counted")
        self.assertEqual(faults(), expected)
        for reason, _ in cases:
            self.told_once(f"h2 sends what is refused: {reason}")

        voice.say(b"two", b"frames")
        self.counted("transport", "multipart")

    def test_a_frame_beyond_the_bound_costs_its_sender_the_connection(self):
        voice = self.mesh(keys_of(self.cluster, "h3"))
        before = counters(self.cluster, "h1", "faults").get("h3: no prumo frame", 0)
        voice.say(b"x" * 4_000_000)

        def heard_again():  # over the connection that libzmq makes anew; what it had begun to send may be lost
            voice.say(b"x" * 900_000)
            return counters(self.cluster, "h1", "faults").get("h3: no prumo frame", 0) > before
        eventually(heard_again, "a frame within the bound is looked at")
        self.assertNotIn("h3: too large", counters(self.cluster, "h1", "faults"))

    def test_keys_that_are_no_members(self):
        before = counters(self.cluster, "h1", "transport").get("unknown key", 0)
        self.mesh(stranger()).say(envelope(self.cluster, "h2"))
        self.counted("transport", "unknown key", before + 1)
        before = counters(self.cluster, "h1", "transport")["unknown key"]
        self.mesh(keys_of(self.cluster, "olga")).say(envelope(self.cluster, "h2"))  # a client, and no member
        self.counted("transport", "unknown key", before + 1)

    def test_bad_questions(self):
        cluster = self.cluster
        for endpoint, keys in ((self.control_ipc(), None), (self.control_tcp(), keys_of(cluster, "olga"))):
            voice = self.voice(endpoint, keys)
            start = counters(cluster, "h1", "faults")
            frames = [("no prumo frame", b"no frame at all, of any version"), ("truncated", b"PRMO"),
                      ("other major version", prefix(cluster, major=9) + b"\x93\x01\xa4vms\x90"),
                      ("foreign cluster", prefix(cluster, cluster_id=b"y" * 16) + b"\x93\x01\xa3vms\x90")]
            frames += [(reason, prefix(cluster) + body) for reason, body in hostile.bad_bodies()]
            for _, frame in frames:
                voice.say(frame)
            for reason in {reason for reason, _ in frames}:
                self.counted("faults", f"control: {reason}",
                             start.get(f"control: {reason}", 0) + sum(r == reason for r, _ in frames))
                self.told_once(f"control sends what is refused: {reason}")
            voice.say(b"x" * 1_000_000)  # beyond the bound of a question
            voice.say(b"two", b"frames")
            assert_well(self, cluster, "h1")

    def test_questions_that_make_no_sense_are_answered_with_why(self):
        client = self.cluster.client("h1")
        for words, code, why in ((("colour",), USAGE, 'unknown command "colour"'),
                                 (("",), USAGE, "unknown command"),
                                 (("explain", "h9"), FAILED, 'no member is called "h9"'),
                                 (("abort",), FAILED, 'no host carries out ""'),
                                 (("abort", "1.2"), FAILED, 'no host carries out "1.2"'),
                                 (("abort", "-1.99999999999999999999999.0"), FAILED, "no host carries out"),
                                 (("abort", "1.2.3"), FAILED, 'no host carries out "1.2.3"'),
                                 (("settle", "nothing"), FAILED, 'VM "nothing"'),
                                 (("explain", "round:x"), None, None)):
            with self.subTest(words=words):
                if code is None:
                    self.assertFalse(client.ask(*words, timeout=20)["found"])
                    continue
                with self.assertRaises(Refused) as refused:
                    client.ask(*words, timeout=20)
                self.assertEqual(refused.exception.code, code)
                self.assertIn(why, str(refused.exception))

    def test_the_command_line_says_why_and_ends_with_the_right_code(self):
        config = self.cluster.folder / "h1" / "prumo.toml"

        def prumo(*arguments):
            return self.cluster.prumo("--config", config, *arguments, check=False)
        ipc = ("--peer", self.control_ipc())
        assert_refused(self, prumo(*ipc, "explain", "h9"), WENT_WRONG, '"h9"', "prumo hosts", by="prumo")
        assert_refused(self, prumo(*ipc, "abort", "1.2"), WENT_WRONG, "no host carries out", by="prumo")
        assert_refused(self, prumo(*ipc, "--cluster", "12", "status"), CONFIGURATION, "--cluster", by="prumo")
        foreign = ("--cluster", "0" * 32, "--timeout", "300ms")
        assert_refused(self, prumo(*ipc, *foreign, "status"), SILENT, "no answer", "of this cluster", by="prumo")
        key = self.cluster.folder / "h1" / "eve.secret"
        key.write_text(stranger()[1] + "\n")
        key.chmod(0o600)
        tcp = ("--peer", self.control_tcp(), "--server-key", keys_of(self.cluster, "h1")[0])
        assert_refused(self, prumo(*tcp, "status"), CONFIGURATION, "wants a key", by="prumo")
        assert_refused(self, prumo(*tcp, "--key", key, "--timeout", "300ms", "status"), SILENT, "no answer",
                       "your key", by="prumo")

    # ---- a second daemon ----------------------------------------------------------------------------------

    def test_a_second_daemon_on_the_same_state_port_or_control_socket(self):
        process = self.cluster.processes["h1"].pid
        state = self.cluster.folder / "h1" / "state"
        assert_refused(self, prumod(self.cluster.folder / "h1" / "prumo.toml"), WENT_WRONG, state,
                       f"in use by process {process}", "state folder of its own")
        own_state = (str(state), str(state) + "-2")
        assert_refused(self, prumod(edited(self.cluster, "h1", own_state)), WENT_WRONG,
                       self.cluster.endpoint("h1"), "in use by another process", "transport.listen")
        port, = free_ports(1)
        own_port = (self.cluster.endpoint("h1"), f"tcp://127.0.0.1:{port}")
        own_tcp = (f'"tcp://127.0.0.1:{self.control_port}", ', "")
        assert_refused(self, prumod(edited(self.cluster, "h1", own_state, own_port, own_tcp)), WENT_WRONG,
                       self.cluster.control_path("h1"), "in use by another process", "transport.control")

    # ---- reloading ----------------------------------------------------------------------------------------

    def test_a_bad_file_at_a_reload_changes_nothing(self):
        stray = self.cluster.folder / "etc" / "members" / "h4.toml"
        self.addCleanup(stray.unlink, True)
        shutil.copy(stray.with_name("h2.toml"), stray)
        self.cluster.signal("h1", signal.SIGHUP)
        eventually(lambda: lines_with(self.cluster, "h1", "error reload"), "h1 tells of the bad file")
        self.told_once("h4.toml: same id")
        self.assertEqual([h["id"] for h in self.cluster.ask("h1", "hosts")["hosts"]], ["h1", "h2", "h3"])

    def test_a_client_whose_file_is_removed_is_shut_out(self):
        viewer = Client(self.control_tcp(), self.cluster.cluster_id, keys_of(self.cluster, "victor"),
                        keys_of(self.cluster, "h1")[0])
        self.addCleanup(viewer.close)
        viewer.ask("hosts", timeout=20)
        (self.cluster.folder / "etc" / "clients" / "victor.toml").unlink()
        self.cluster.signal("h1", signal.SIGHUP)
        eventually(lambda: lines_with(self.cluster, "h1", "3 members, 1 clients"), "h1 has reloaded")
        with self.assertRaises(Timeout):
            viewer.ask("hosts", timeout=0.5)
        self.counted("transport", "removed key")


class Membership(unittest.TestCase):
    def test_dead_foreign_differing_and_removed_members(self):
        """One cluster lives through all of it, so that each is also a recovery from the one before."""
        cluster = self.enterContext(scene(QUICK, hosts=3))
        good = (cluster.folder / "h3" / "prumo.toml").read_text()

        # h3 is a member and was never there.
        cluster.start("h1", "h2")
        cluster.wait_for_coordinator("h2")
        h3 = next(h for h in cluster.ask("h1", "hosts")["hosts"] if h["id"] == "h3")
        self.assertNotEqual(h3["state"], "alive")

        # It comes, but belongs to another cluster.
        edited(cluster, "h3", (cluster.cluster_id, "0" * 32), name="prumo.toml")
        cluster.start("h3")
        told = "h3 sends what is refused: foreign cluster"
        for host in ("h1", "h2"):
            eventually(lambda: counters(cluster, host, "faults").get("h3: foreign cluster", 0) > 3, "they are counted")
            told_once(self, cluster, host, told)
        self.assertEqual(cluster.terminate("h3"), DONE)
        cluster.wait_for_coordinator("h2")

        # It comes back with a members list of its own: the claims of both sides are refused.
        (cluster.folder / "h3" / "prumo.toml").write_text(good)
        folder, replacement = own_members(cluster, "h3")
        spoil(folder / "h1.toml", "priority = 0", "priority = 7")
        edited(cluster, "h3", replacement, name="prumo.toml")
        cluster.start("h3")
        for host, other in (("h3", "h1"), ("h3", "h2"), ("h2", "h3")):
            eventually(lambda: lines_with(cluster, host, f"the members folder of {other} differs"), f"{host} tells")
        in_h1 = eventually(lambda: lines_with(cluster, "h3", "differs from this host's in h1;"), "h3 names the file")
        self.assertIn("make them equal and reload both", in_h1[0])
        self.assertNotEqual(cluster.ask("h1", "hosts")["coordinator"], "h3")
        self.assertNotEqual(cluster.ask("h3", "hosts")["coordinator"], "h3")
        spoil(folder / "h1.toml", "priority = 7", "priority = 0")
        cluster.signal("h3", signal.SIGHUP)
        cluster.wait_for_coordinator("h3")

        # It is removed everywhere: its key counts for nothing at once.
        (cluster.folder / "etc" / "members" / "h3.toml").unlink()
        for host in ("h1", "h2"):
            cluster.signal(host, signal.SIGHUP)
        for host in ("h1", "h2"):
            eventually(lambda: cluster.ask(host, "hosts")["coordinator"] == "h2", f"{host} follows h2")
            self.assertEqual([h["id"] for h in cluster.ask(host, "hosts")["hosts"]], ["h1", "h2"])
            eventually(lambda: (t := counters(cluster, host, "transport")) and
                       t.get("removed key", 0) + t.get("unknown key", 0), f"{host} counts what h3 sends")
        cluster.kill("h3")
        assert_well(self, cluster, "h1", "h2")


class Storage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cls.enterClassContext(scene(QUICK, hosts=3))

    def start_on_small_disk(self, host):
        """The host's state is on a disk of its own, which this process can fill; returns its folder as seen here."""
        state = self.cluster.folder / host / "state"
        state.mkdir()
        program = f'mount -t tmpfs -o size=2m none "{state}" && exec "$0" --config "{state.parent}/prumo.toml"'
        with open(self.cluster.folder / host / "log", "ab") as log:
            self.cluster.processes[host] = subprocess.Popen(
                ["unshare", "-m", "sh", "-c", program, BUILD / "prumod"], stdout=log, stderr=log,
                stdin=subprocess.DEVNULL)
        return f"/proc/{self.cluster.processes[host].pid}/root{state}"

    def test_1_a_full_disk_starts_nothing_and_is_recovered_from(self):
        cluster = self.cluster
        state = self.start_on_small_disk("h1")
        cluster.start("h2", "h3")
        cluster.wait_for_coordinator("h3")
        filler = f"{state}/filler"
        with open(filler, "wb", buffering=0) as file, self.assertRaises(OSError):
            while True:
                file.write(b"x" * 4096)
        cluster.ask("h2", "pause")
        eventually(lambda: cluster.ask("h1", "hosts")["store_ok"] is False, "h1 knows that it can't store")
        line = told_once(self, cluster, "h1", "nothing is started until it can")
        for part in ("error store", "state.db", "the disk is full", "free some space"):
            self.assertIn(part, line)
        cluster.ask("h2", "resume")
        eventually(lambda: not cluster.ask("h1", "hosts")["paused"], "h1 knows that the pause is over")
        heat(cluster)
        eventually(lambda: any(h["id"] == "h1" and h["overloaded"] for h in cluster.ask("h3", "hosts")["hosts"]),
                   "h3 sees h1 overloaded")
        self.assertEqual(cluster.ask("h1", "migrations", timeout=20)["running"], [])
        self.assertEqual({vm for vm, host in cluster.where().items() if host == "h1"}, {"big", "middle", "small"})
        os.unlink(filler)
        cluster.wait_until_moved("small", "h1")
        log = eventually(lambda: lines_with(cluster, "h1", "info started ") and cluster.log("h1"), "h1 logs the start")
        self.assertLess(log.index("state is stored again"), log.index("info started "), log)
        self.assertTrue(cluster.ask("h1", "hosts")["store_ok"])
        assert_well(self, cluster)

    def test_2_a_damaged_state_is_set_aside_and_the_host_waits_to_be_admitted(self):
        cluster = self.cluster
        state = cluster.folder / "h2" / "state"
        spoilt = (("noise", lambda good: os.urandom(20_000)), ("half a file", lambda good: good[:len(good) // 2]),
                  ("one changed byte", lambda good: good.replace(b'"starts"', b'"stbrts"')))
        for number, (what, spoil_bytes) in enumerate(spoilt, 1):
            with self.subTest(what):
                self.assertEqual(cluster.terminate("h2"), DONE)
                database = sqlite3.connect(state / "state.db")
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # else the good bytes are in the log beside it
                database.close()
                content = spoil_bytes((state / "state.db").read_bytes())
                (state / "state.db").write_bytes(content)
                kept = state / f"state.db.corrupt-{number}"
                cluster.start("h2")
                eventually(lambda: lines_with(cluster, "h2", f"it is kept as {kept}"), "h2 tells of the damage")
                self.assertTrue(kept.exists())
                self.assertEqual(kept.read_bytes(), content)
                not_yet = eventually(lambda: cluster.ask("h2", "hosts"), "h2 answers")
                self.assertFalse(not_yet["admitted"])
                eventually(lambda: cluster.ask("h2", "hosts")["admitted"], "h2 is admitted again")
                told_once(self, cluster, "h2", str(kept))
        cluster.terminate("h2")
        cluster.start("h2")
        assert_well(self, cluster)
        self.assertTrue(cluster.ask("h2", "hosts")["admitted"])
        self.assertEqual(len(lines_with(cluster, "h2", "the stored state was damaged")), len(spoilt))


if __name__ == "__main__":
    unittest.main()
