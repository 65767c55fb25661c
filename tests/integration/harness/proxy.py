"""The network between a client and a server on this machine, and what it may do to them: hold up, deliver late, cut, be away."""

import socket
import threading


class Proxy:
    """Every connection to `port` goes on to `to_port`. One thread takes connections, two more carry each of them."""

    def __init__(self, port, to_port):
        self.port = port
        self.to_port = to_port
        self._lock = threading.Lock()
        self._clients, self._servers = set(), set()  # sockets
        self._requests, self._answers = _gate(), _gate()  # of the connections to come
        self._shut = []  # the gates of earlier ones
        self._held = {}  # socket it came from -> what waits at a gate
        self._watched_for = None
        self._listener = None
        self.open()

    def open(self):
        listener = self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def hold_requests(self):
        """On the connections there are. Later ones are whole."""
        self._requests = self._hold(self._requests)

    def hold_answers(self):
        self._answers = self._hold(self._answers)

    def hold_answers_to(self, text):
        """From the next request on that has this in it."""
        self._watched_for = text

    def _hold(self, gate):
        gate.clear()
        self._shut.append(gate)
        return _gate()

    def holds(self, text):
        with self._lock:
            return any(text in data for data in self._held.values())

    def cut(self):
        """Ends every connection for its client. Answers held up are lost; requests held up may be delivered yet."""
        self._end(self._clients)

    def deliver(self):
        """Lets go what is held up."""
        while self._shut:
            self._shut.pop().set()

    def close(self):
        """As if the server were gone: nobody is let in any more, those inside are thrown out, what is held up is lost."""
        if self._listener is not None:
            _end(self._listener)  # wakes the one who accepts, who closes it
            self._listener = None
        self._end(self._clients)
        self._end(self._servers)
        self.deliver()

    def _end(self, sockets):
        with self._lock:
            for one in sockets:
                _end(one)

    def _accept(self, listener):
        with listener:
            while True:
                try:
                    client, _ = listener.accept()
                    server = socket.create_connection(("127.0.0.1", self.to_port))
                except OSError:
                    return
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._clients.add(client)
                    self._servers.add(server)
                threading.Thread(target=self._carry, args=(client, server, self._requests), daemon=True).start()
                threading.Thread(target=self._carry, args=(server, client, self._answers), daemon=True).start()

    def _carry(self, source, sink, gate):
        try:
            while data := source.recv(65536):
                if not gate.is_set():
                    with self._lock:
                        self._held[source] = data
                    gate.wait()
                if self._watched_for is not None and self._watched_for in data:
                    self._watched_for = None
                    self.hold_answers()
                sink.sendall(data)
        except OSError:
            pass
        _end(sink, socket.SHUT_WR)
        with self._lock:
            self._held.pop(source, None)


def _gate():
    gate = threading.Event()
    gate.set()
    return gate


def _end(one, how=socket.SHUT_RDWR):
    try:
        one.shutdown(how)
    except OSError:
        pass
