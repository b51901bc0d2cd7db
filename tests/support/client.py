"""A client of prumo's control socket that shares no code with prumo: zmq, msgpack and the bytes as
ARCHITECTURE.md draws them."""

import itertools

import msgpack
import zmq

MAJOR, MINOR = 1, 0
DONE, FAILED, USAGE, FORBIDDEN, EVENT = range(5)


class Timeout(Exception):
    """No answer in time."""


class Refused(Exception):
    """The daemon answered with an error; `code` says of which kind."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class Client:
    """One control connection. `keys` is (public, secret) in Z85, `server_key` the asked host's public key;
    both are left out on ipc."""

    _ids = itertools.count(1)

    def __init__(self, endpoint, cluster, keys=None, server_key=None):
        self.cluster = bytes.fromhex(cluster)
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        if keys:
            self.socket.curve_publickey = keys[0].encode()
            self.socket.curve_secretkey = keys[1].encode()
            self.socket.curve_serverkey = server_key.encode()
        self.socket.connect(endpoint)

    def close(self):
        self.socket.close()

    def send(self, command, *arguments):
        number = next(self._ids)
        prefix = b"PRMO" + bytes([MAJOR, MINOR]) + self.cluster
        self.socket.send(prefix + msgpack.packb([number, command, list(arguments)]))
        return number

    def receive(self, number, timeout):
        """(code, payload) of the next frame that answers `number`."""
        while True:
            if not self.socket.poll(int(timeout * 1000)):
                raise Timeout
            frame = self.socket.recv()
            assert frame[:4] == b"PRMO" and frame[4] == MAJOR and frame[6:22] == self.cluster, frame[:22]
            answered, code, payload = msgpack.unpackb(frame[22:])
            if answered == number:
                return code, payload

    def ask(self, command, *arguments, timeout=3.0):
        code, payload = self.receive(self.send(command, *arguments), timeout)
        if code != DONE:
            raise Refused(code, payload.get("error", ""))
        return payload
