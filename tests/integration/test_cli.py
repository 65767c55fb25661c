"""Command line, configuration and exit codes."""

import subprocess
import uuid

import pytest

from harness.engine import BINARY, base_config, merged, toml
from harness.shop import checkpoint_offset, shop_order
from harness.wait import accepts, free_port, until

USAGE, MISMATCH, UNAVAILABLE, BAD_CONFIG = 2, 65, 69, 78


def run(*arguments, env=None, seconds=60):
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=seconds,
                          env=env, check=False)


def output(done):
    return done.stdout + done.stderr


@pytest.fixture
def config():
    return base_config("127.0.0.1:1", "redis://127.0.0.1:1/0", "orders")


def written(folder, config):
    file = folder / "engine.toml"
    file.write_text(config if isinstance(config, str) else toml(config))
    return file


@pytest.mark.parametrize("arguments", [[], ["--unheard-of"], ["--config"], ["--set"], ["--dev", "--config", "x.toml"],
                                       ["positional"]])
def test_wrong_usage_is_2(arguments):
    done = run(*arguments)
    assert done.returncode == USAGE
    assert output(done).strip()


def test_version_and_help_are_0():
    assert run("--version").returncode == 0
    shown = run("--help")
    assert shown.returncode == 0
    for option in ("--config", "--dev", "--data", "--set", "--takeover", "--check-config", "--print-config",
                   "--verify"):
        assert option in shown.stdout


def test_check_config_of_a_good_file_is_0(tmp_path, config):
    assert run("--config", written(tmp_path, config), "--check-config").returncode == 0


def test_check_config_names_every_problem_with_its_place(tmp_path):
    file = written(tmp_path, '[http]\nlisten = 5\nack_dedline = "1s"\n[kafka]\nbrokers = "k:9092"\ntopic = "orders"\n'
                             '[redis]\nurl = "http://x"\n[mail]\nurl = "discard:"\nfrom = "Shop <orders@example.com>"\n'
                             '[orders]\nlive = "many"\n')
    done = run("--config", file, "--check-config")
    assert done.returncode == BAD_CONFIG
    text = output(done)
    for place in (f"{file}:2:", f"{file}:3:", f"{file}:8:", f"{file}:13:"):
        assert place in text, text
    assert "ack_deadline" in text  # the suggestion


@pytest.mark.parametrize("changes", [
    {"kafka": {"brokers": None}}, {"kafka": {"brokers": ""}}, {"http": {"listen": "nonsense"}},
    {"http": {"listen": "127.0.0.1:99999"}}, {"redis": {"url": None}}, {"mail": {"url": "gopher://x"}},
    {"mail": {"from": "nobody"}}, {"unheard": {"key": 1}}, {"orders": {"currency": "XYZ"}},
    {"orders": {"keep": "tomorrow"}}, {"events": {"mode": "both"}}, {"workers": {"idle": "nap"}},
    {"mail": {"user": "u", "password": {"env": "SURELY_NOT_SET_HERE"}}}])
def test_bad_configuration_is_78(tmp_path, config, changes):
    done = run("--config", written(tmp_path, merged(config, changes)))
    assert done.returncode == BAD_CONFIG, output(done)
    assert output(done).strip()


def test_broken_toml_is_78_with_its_line(tmp_path):
    file = written(tmp_path, "[http]\nlisten = \n")
    done = run("--config", file)
    assert done.returncode == BAD_CONFIG
    assert f"{file}:2:" in output(done)


def test_missing_file_is_78(tmp_path):
    done = run("--config", tmp_path / "absent.toml")
    assert done.returncode == BAD_CONFIG
    assert "absent.toml" in output(done)


@pytest.mark.parametrize("listen", ["0.0.0.0", "[::]"])
def test_listening_beyond_loopback_without_tokens_is_78(tmp_path, config, listen):
    done = run("--config", written(tmp_path, merged(config, {"http": {"listen": f"{listen}:{free_port()}"}})))
    assert done.returncode == BAD_CONFIG
    assert "tokens" in output(done)


def test_print_config_shows_origins_and_masks_secrets(tmp_path, config):
    import os
    changed = merged(config, {"mail": {"url": "smtp://localhost:25", "user": "u", "password": {"env": "TEST_SECRET"}}})
    done = run("--config", written(tmp_path, changed), "--print-config", "--set", "kafka.topic=elsewhere",
               env={**os.environ, "TEST_SECRET": "plainly visible", "ENGINE_ORDERS_CURRENCY": "EUR"})
    assert done.returncode == 0, output(done)
    assert "plainly visible" not in output(done)
    assert "elsewhere" in done.stdout and "EUR" in done.stdout


def test_set_beats_environment_beats_file(world, tmp_path):
    """Seen by where the events go: three topics are named, one is written."""
    topics = {name: f"{name}-{uuid.uuid4().hex[:8]}" for name in ("file", "environment", "flag")}
    world.topic = topics["flag"]
    engine = world.engine({"kafka": {"topic": topics["file"]}}, arguments=["--set", f"kafka.topic={topics['flag']}"],
                          env={"ENGINE_KAFKA_TOPIC": topics["environment"]}).start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    assert len(world.records()) == 6


def test_kafka_absent_is_69_in_time(world):
    engine = world.engine({"kafka": {"brokers": f"127.0.0.1:{free_port()}", "start_deadline": "2s"}}).launch()
    assert engine.process.wait(40) == UNAVAILABLE
    assert "kafka" in engine.process.output().lower()


def test_redis_absent_is_69_in_time(world):
    engine = world.engine({"redis": {"url": f"redis://127.0.0.1:{free_port()}/0", "start_deadline": "2s"}}).launch()
    assert engine.process.wait(40) == UNAVAILABLE
    assert "redis" in engine.process.output().lower()


def test_taken_port_is_a_failure_that_names_it(world):
    first = world.engine().start()
    second = world.engine({"kafka": {"topic": f"{world.topic}-second"}}).launch()
    assert second.process.wait(40) == 1
    assert str(first.port) in second.process.output()
    assert first.is_ready()


def test_another_topic_than_redis_remembers_is_65(world):
    engine = world.engine().start()
    engine.completed(engine.post(shop_order()).json()["orderId"])
    until(lambda: checkpoint_offset(world.redis.client) == 5, 20, "stored")
    assert engine.stop() == 0
    again = world.engine({"kafka": {"topic": f"{world.topic}-other"}}).launch()
    assert again.process.wait(60) == MISMATCH


def test_ports_are_free_again_after_a_drain(world):
    engine = world.engine().start()
    assert engine.stop() == 0
    assert not accepts(engine.port)


def test_a_mail_folder_that_cannot_be_made_is_78_and_named(world):
    engine = world.engine({"mail": {"url": "dir:/proc/nowhere"}}).launch()
    assert engine.process.wait(40) == 78
    assert "/proc/nowhere" in engine.process.output()


def test_healthcheck_says_how_an_engine_is(engine):
    assert run("--healthcheck", f"{engine.base}/readyz").returncode == 0
    other = run("--healthcheck", f"{engine.base}/nothing")
    assert (other.returncode, other.stdout) == (1, "") and "404" in other.stderr
    assert run("--healthcheck", f"http://127.0.0.1:{free_port()}/readyz").returncode == 1
    assert run("--healthcheck", f"{engine.base}/readyz", "--dev").returncode == 2
