"""One child process with a log file, ended by its own pid and never by name."""

import os
import signal
import subprocess

from .wait import until


class Process:
    def __init__(self, command, log, env=None, cwd=None):
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as out:
            self._child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})}, cwd=cwd)

    @property
    def pid(self):
        return self._child.pid

    def exit_code(self):
        """The exit code, or None while it runs."""
        return self._child.poll()

    def signal(self, number):
        self._child.send_signal(number)

    def wait(self, seconds):
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.log.name}: still running after {seconds} s\n{self.tail()}") from None

    def ready(self, condition, seconds, what):
        """Polls `condition` as `until` does, but fails at once when the process has ended; a failure ends the process."""
        def alive_and_ready():
            if self.exit_code() is not None:
                raise AssertionError(f"{what}: the process ended with {self.exit_code()}")
            return condition()
        try:
            return until(alive_and_ready, seconds, what)
        except AssertionError as failure:
            self.kill()
            raise AssertionError(f"{failure}\n{self.tail()}") from None

    def stop(self, seconds=30):
        """Ends it whatever it does: TERM, and KILL when that does not help. A stopped process is continued first."""
        if self.exit_code() is not None:
            return self.exit_code()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self):
        if self.exit_code() is None:
            self.signal(signal.SIGKILL)
        return self._child.wait(30)

    def output(self):
        return self.log.read_text(errors="replace")

    def tail(self, lines=40):
        return "\n".join(self.output().splitlines()[-lines:])
