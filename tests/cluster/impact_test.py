"""`prumo impact` against a service that falls silent until so many requests wait for it: a prober that waits for one
answer before it asks again would make one request wait, and the silence would never end."""

import http.server
import json
import socketserver
import subprocess
import threading
import unittest

from tests.support.cluster import BUILD, PATIENCE

WAITING = 50
RATE = 100


class Gate:
    """Open, or shut until so many requests wait at it."""

    def __init__(self):
        self.changed = threading.Condition()
        self.shut = False
        self.waiting = 0

    def hush(self):
        """Shuts it, and returns once it has opened by itself. False: it had to be opened."""
        with self.changed:
            self.shut, self.waiting = True, 0
            opened = self.changed.wait_for(lambda: not self.shut, PATIENCE)
            self.shut = False
            self.changed.notify_all()
            return opened

    def arrive(self):
        with self.changed:
            if not self.shut:
                return
            self.waiting += 1
            if self.waiting >= WAITING:
                self.shut = False
                self.changed.notify_all()
            self.changed.wait_for(lambda: not self.shut)


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together

    def do_GET(self):
        if self.path == "/hush":
            code = 200 if self.server.gate.hush() else 500
        else:
            self.server.gate.arrive()
            code = 404 if self.path == "/missing" else 200
        self.send_response(code)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


class PageServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


class Datagrams(socketserver.BaseRequestHandler):
    def handle(self):
        text, sock = self.request
        if text == b"lose":
            return
        self.server.gate.arrive()
        sock.sendto(text, self.client_address)


class DatagramServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class Impact(unittest.TestCase):
    def setUp(self):
        self.gate = Gate()
        self.pages = self.serve(PageServer, Pages)
        self.datagrams = self.serve(DatagramServer, Datagrams)

    def serve(self, kind, handler):
        server = kind(("127.0.0.1", 0), handler)
        server.gate = self.gate
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def end():
            server.shutdown()
            server.server_close()
            thread.join()
        self.addCleanup(end)
        return server.server_address[1]

    def prumo(self, *arguments):
        return subprocess.run([BUILD / "prumo", "impact", *arguments], capture_output=True, text=True,
                              timeout=2 * PATIENCE)

    def impact(self, *arguments):
        done = self.prumo(*arguments, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def check_a_silence(self, probe):
        hush = f"import urllib.request; urllib.request.urlopen(\"http://127.0.0.1:{self.pages}/hush\")"
        report = self.impact("--probe", probe, "--rate", str(RATE), "--before", "300ms", "--after", "300ms",
                             "--service-level", "100ms", "--around", f"/usr/bin/python3 -c '{hush}'")
        passage, = report["passages"]
        self.assertEqual(passage["outcome"], "done", report)
        silence = passage["silence"]
        shortest = 1000 * (WAITING - 1) / RATE  # ms, between the first that waited and the last
        self.assertTrue(silence["ended"])
        # The last answer before may have come late, so the silence may be a little shorter than the wait.
        self.assertGreaterEqual(silence["due"], WAITING / 2)
        self.assertEqual(silence["lost"], 0)
        self.assertGreaterEqual(silence["ms"], shortest / 2)
        slowest = max(passage[part]["longest_answered_ms"] for part in ("before", "during", "after"))
        self.assertGreaterEqual(slowest, shortest)
        late = sum(passage[part]["over_share"] * passage[part]["offered"] for part in ("before", "during", "after"))
        self.assertGreaterEqual(late, (shortest - 100) / 1000 * RATE - 2)
        self.assertEqual(report["whole"]["unanswered"] + report["whole"]["refused"], 0, report["errors"])

    def test_a_silent_web_server_is_charged_with_every_request_that_was_due(self):
        self.check_a_silence(f"http://127.0.0.1:{self.pages}/")

    def test_a_silent_datagram_service_is_charged_with_every_request_that_was_due(self):
        self.check_a_silence(f"udp://127.0.0.1:{self.datagrams}/ask")

    def test_what_is_never_answered_and_what_is_an_error_are_told_apart(self):
        report = self.impact("--probe", f"udp://127.0.0.1:{self.datagrams}/lose", "--observe", "300ms",
                             "--give-up", "200ms")
        self.assertEqual(report["whole"]["unanswered"], report["whole"]["offered"])
        self.assertIsNone(report["whole"]["p50_ms"])
        self.assertIsNone(report["silence"])
        report = self.impact("--probe", f"http://127.0.0.1:{self.pages}/missing", "--observe", "300ms")
        self.assertEqual(report["whole"]["refused"], report["whole"]["offered"])
        self.assertEqual(list(report["errors"]), ["HTTP status 404"])

    def test_the_table_says_what_it_found_and_how_far_the_prober_can_be_trusted(self):
        done = self.prumo("--probe", f"http://127.0.0.1:{self.pages}/", "--observe", "300ms")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^all +0.3 s +\S+/s +0 %")
        self.assertIn("requests/s on this machine", done.stdout)
        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()), done.stdout)

    def test_a_service_that_does_not_answer_is_not_put_to_the_test(self):
        done = self.prumo("--probe", f"http://127.0.0.1:{self.pages}/missing", "--around", "exit 3")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"prumo: http://127.0.0.1:{self.pages}/missing does not answer (HTTP status 404); "
                                      "nothing was migrated\n")

    def test_a_command_that_fails_is_a_migration_that_failed(self):
        done = self.prumo("--probe", "true", "--around", "exit 3", "--before", "0s", "--after", "0s")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("the command's exit code is 3", done.stdout)

    def test_bad_input_is_answered_in_one_line(self):
        for arguments, said in (
                ([], "--probe is missing"), (["--probe", "ftp://x/", "--observe", "1s"], "of no known kind"),
                (["--probe", "true"], "name either a VM and --to, or --around COMMAND, or --observe TIME"),
                (["web3", "--probe", "true"], "--to is missing"),
                (["--to", "h2", "--probe", "true", "--observe", "1s"], "go with a VM"),
                (["--probe", "true", "--observe", "soon"], "--observe = \"soon\" is no time of use"),
                (["--probe", "true", "--observe", "1s", "--rate", "0"], "--rate must be"),
                (["--probe", "true", "--observe", "1s", "--rate", "nan"], "--rate must be"),
                (["--probe", "true", "--observe", "1s", "--plot", "x.gif"], ".svg or .png")):
            done = self.prumo(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(said, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
