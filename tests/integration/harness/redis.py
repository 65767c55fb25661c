"""A real redis-server on a free port, without persistence if not told otherwise; it can be taken away and brought back on
the same port."""

import redis

from .process import Process
from .wait import free_port


class RedisServer:
    def __init__(self, folder, log, options=()):
        self.folder = folder
        self.options = list(options)  # what stands later wins
        self.log = log
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis(port=self.port, decode_responses=True, socket_timeout=5)
        self.process = None
        self.start()

    def start(self):
        self.launch()
        self.process.ready(self._answers, 10, "redis-server up")

    def launch(self):
        """Starts the process and does not wait for it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "redis.conf"  # a sentinel wants one
        file.touch()
        self.process = Process(
            # A file that may not grow is an error to it, as a full disk is, and not the end.
            ["env", "--ignore-signal=XFSZ", "redis-server", file, "--bind", "127.0.0.1", "--port", self.port, "--appendonly", "no", "--save", "",
             "--dir", self.folder, *self.options], log=self.log)

    def _answers(self):
        try:
            return self.client.ping()
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def save(self):
        """Writes the data set to the disk, so that a stop and a start bring the same data back."""
        self.client.save()

    def stop(self):
        self.process.stop()
        self.client.connection_pool.disconnect()
