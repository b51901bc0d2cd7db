"""`prumo record` on a live cluster, and `prumo replay` of what it wrote."""

import json
import subprocess
import unittest

from tests.cluster.scene import eventually, heat, scene
from tests.support.cluster import BUILD

SETTINGS = """
[relief]
sample_interval = "500ms"
cooldown = "5s"
"""


class Record(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(scene(options=SETTINGS, hosts=3, top='mode = "advise"'))
        self.cluster.start()
        self.cluster.wait_for_coordinator("h3")
        self.out = self.cluster.folder / "trace"

    def begin(self, *arguments):
        recorder = subprocess.Popen(
            [BUILD / "prumo", "record", "--out", self.out, *arguments, "--peer",
             f"ipc://{self.cluster.control_path('h1')}", "--config", self.cluster.folder / "h1" / "prumo.toml"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def end():
            recorder.kill()
            recorder.communicate()
        self.addCleanup(end)
        return recorder

    def text(self):
        path = self.out / "samples.csv"
        return path.read_text() if path.exists() else ""

    def steps_with(self, host):
        return len([line for line in self.text().splitlines() if f",{host},," in line])

    def test_a_trace_that_replays_with_a_gap_that_is_said(self):
        heat(self.cluster)
        recorder = self.begin()
        eventually(lambda: self.steps_with("h1") >= 6, "six samples of h1")
        self.cluster.kill("h2")
        eventually(lambda: "h2 does not answer" in self.text(), "the gap is in the trace")
        # Whoever stops the recorder at any moment has a trace.
        recorder.terminate()
        said = recorder.communicate(timeout=30)[1]
        self.assertIn("h2 does not answer", said)

        self.assertIn("h1,4,16384,", (self.out / "hosts.csv").read_text())
        rows = [line.split(",") for line in self.text().splitlines() if line.startswith("20")]
        big = [float(row[3]) for row in rows if row[1] == "h1" and row[2].endswith("big")]
        self.assertTrue(big, self.text()[:2000])
        self.assertAlmostEqual(big[-1], 2.8, delta=0.3)

        done = self.cluster.prumo("replay", self.out, "--format", "json")
        summary = json.loads(done.stdout)
        self.assertEqual(summary["summary"]["hosts"], 3)
        self.assertIn("h1", [h for d in summary["decisions"] for h in d["overloaded"]])

    def test_it_survives_the_daemon_it_asks(self):
        recorder = self.begin()
        eventually(lambda: self.steps_with("h1") >= 2, "two samples")
        self.cluster.kill("h1")
        eventually(lambda: "nothing is recorded" in self.text(), "the gap is in the trace")
        before = self.steps_with("h3")
        self.cluster.start("h1")
        eventually(lambda: self.steps_with("h3") > before, "samples after the restart")
        self.assertIsNone(recorder.poll())

    def test_it_ends_after_its_time(self):
        recorder = self.begin("--for", "2s")
        said = recorder.communicate(timeout=60)
        self.assertEqual(recorder.returncode, 0, said)
        self.assertIn("samples of 3 hosts", said[0])

    def test_an_existing_trace_and_an_unknown_daemon_are_one_line(self):
        self.out.mkdir()
        (self.out / "samples.csv").write_text("x")
        recorder = self.begin("--for", "1s")
        self.assertIn("holds a trace already", recorder.communicate(timeout=30)[1])
        self.assertEqual(recorder.returncode, 1)


if __name__ == "__main__":
    unittest.main()
