"""A server that the engine calls: on one port for its whole life, up or down as the test says."""

import http.server
import threading

from .wait import reserved_port


class HttpPeer:
    """Serves between `up` and `down`, always on the same port, and refuses connections otherwise. Each POST is `serve(request)`."""

    def __init__(self):
        self.keeper = reserved_port()
        self.port = self.keeper.getsockname()[1]
        self.server = None
        self.up()

    def up(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.serve(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self):
        self.server.shutdown()
        self.server.server_close()
        self.server = None

    def stop(self):
        if self.server:
            self.down()
        self.keeper.close()
