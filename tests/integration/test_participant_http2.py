"""HTTP/2 where the peer speaks it: the box of edge/participants, as bench/participants drives it, against hypercorn."""

import subprocess
import sys

from harness.engine import BINARY
from harness.paths import HERE
from harness.process import Process
from harness.wait import accepts, free_port


def test_calls_share_a_connection_where_the_peer_speaks_http2(certificate, logs):
    port = free_port()
    config = logs / "hypercorn.toml"
    config.write_text("keep_alive_max_requests = 1000000\n")  # else it ends a connection after 1000, which a fast machine reaches
    server = Process([sys.executable, "-m", "hypercorn", "harness.http2_app:app", "--config", str(config), "--bind", f"127.0.0.1:{port}",
                      "--certfile", certificate.certificate, "--keyfile", certificate.key], logs / "hypercorn.log", cwd=HERE)
    try:
        server.ready(lambda: accepts(port), 30, "hypercorn")
        done = subprocess.run([BINARY.parent / "bench" / "participants", "--url", f"https://127.0.0.1:{port}/", "--ca-file",
                               certificate.certificate, "--seconds", "0.3", "--rounds", "1"], capture_output=True, text=True,
                              timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        calls = [line.split()[1:] for line in server.output().splitlines() if line.startswith("CALL")]
    finally:
        server.stop()
    assert {version for version, _ in calls} == {"2"}
    # One connection of the bare loop, one of ours, though 32 calls are under way at once.
    assert len(calls) >= 64
    assert len({client for _, client in calls}) == 2
