"""HTTP by hand on a raw socket, for requests that no decent client would send."""

import socket
import struct
from dataclasses import dataclass

READ_SECONDS = 20


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: bytes


class Closed(Exception):
    """The server closed the connection where an answer might have stood."""


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=READ_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, *pieces):
        """Each piece is a segment of its own. A server that has already answered and closed is no error here."""
        try:
            for piece in pieces:
                if piece:
                    self.socket.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def end(self):
        """Says that nothing more will come; what was asked may still be answered."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server was faster

    def reset(self):
        """Vanishes: the server gets a reset instead of an end."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _more(self):
        try:
            received = self.socket.recv(65536)
        except ConnectionResetError:
            received = b""
        if not received:
            raise Closed(self._buffer)
        self._buffer += received

    def answer(self):
        """The next answer, interim ones left out. Raises Closed when the server closes instead."""
        while True:
            while b"\r\n\r\n" not in self._buffer:
                self._more()
            head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
            first, *lines = head.decode("latin-1").split("\r\n")
            version, status, *_ = first.split(" ")
            assert version == "HTTP/1.1", first
            headers = {}
            for line in lines:
                name, _, text = line.partition(":")
                headers[name.lower()] = text.strip()
            status = int(status)
            length = int(headers.get("content-length", 0))
            while len(self._buffer) < length:
                self._more()
            body, self._buffer = self._buffer[:length], self._buffer[length:]
            if status >= 200:
                return Answer(status, headers, body)

    def answers_until_close(self):
        """Every answer up to the close."""
        answers = []
        try:
            while True:
                answers.append(self.answer())
        except Closed:
            return answers


def request(method="GET", target="/livez", body=None, headers=(), host="localhost"):
    lines = [f"{method} {target} HTTP/1.1".encode(), f"Host: {host}".encode()]
    lines += [header if isinstance(header, bytes) else header.encode() for header in headers]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}".encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")


def post(body, headers=("Content-Type: application/json",), target="/v1/orders"):
    return request("POST", target, body, headers)
