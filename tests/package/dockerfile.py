"""A Dockerfile done where there is no Docker: each stage is a minimal Debian as a folder (see `debian`), in which its RUNs run with
the root changed. What is not known here is an error, not left out.

What a base image has beside Debian can not be shown: debian:12.10 is bookworm as it is today; python:3.13 is trixie, whose python3
that is.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Trixie's pip wants to hear it before it installs beside apt, which python:3.13 has no need of.
BASES = {r"debian:12\.\d+(-slim)?": ("bookworm", "", {}),
         r"python:3\.13\.\d+-slim": ("trixie", "python3 python3-pip python-is-python3", {"PIP_BREAK_SYSTEM_PACKAGES": "1"})}
# What this machine trusts, the builds on it trust.
TRUSTED = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))


def check(*command, **more):
    subprocess.run([str(part) for part in command], check=True, **more)


def instructions(text):
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if line.strip():
            word, rest = line.split(None, 1)
            yield word, rest.strip()


def ignored(patterns):
    """Whether .dockerignore says no to a path; what is below such a one is never asked for."""
    unknown = [line for line in patterns if line.startswith("!") or set(line) & set("[]\\")]
    assert not unknown, unknown
    parts = [re.escape(line.strip("/")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
             for line in patterns]
    return re.compile("|".join(parts) or "(?!)").fullmatch


class Image:
    def __init__(self, root, base):
        self.root, self.workdir, self.user, self.entrypoint, self.health = root, "/", "", [], []
        suite, packages, self.run_env = next(made for name, made in BASES.items() if re.fullmatch(name, base))
        self.env = {}
        print(f"image: FROM {base}: {suite}", flush=True)
        check(HERE / "debian", suite, root)
        if packages:
            self.run(f"apt-get update -qq && apt-get install -y -qq --no-install-recommends {packages}")

    def run(self, script):
        """As docker build does; CCACHE_DIR, if it is set, and what this machine trusts are there meanwhile."""
        mounts = {"proc": None, "run/trusted": TRUSTED.parent}
        env = {"PATH": PATH, "HOME": "/root", **self.env, **self.run_env, "DEBIAN_FRONTEND": "noninteractive",
               "PIP_CERT": f"/run/trusted/{TRUSTED.name}"}
        if "CCACHE_DIR" in os.environ:
            mounts["run/ccache"] = Path(os.environ["CCACHE_DIR"])
            env["CCACHE_DIR"] = "/run/ccache"
        for place, of in mounts.items():
            (self.root / place).mkdir(parents=True, exist_ok=True)
            check(*(["mount", "--bind", of] if of else ["mount", "-t", "proc", "proc"]), self.root / place)
        try:
            done = subprocess.run(self.inside(self.root, ["sh", "-c", script], env), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
            assert done.returncode == 0, f"{done.stdout[-4000:]}\nimage: RUN {script}: {done.returncode}"
        finally:
            for place in mounts:
                check("umount", self.root / place)

    def inside(self, root, command, env, user=""):
        """The command line; `user` as in USER, and then without any privilege, nor a way to one."""
        if user:
            uid, gid = user.split(":")
            command = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs", "--bounding-set=-all",
                       *command]
        return ["chroot", root, "env", "-i", f"--chdir={self.workdir}", *(f"{name}={value}" for name, value in env.items()), *command]

    def copy(self, source, to, skip):
        target = self.root / self.workdir.lstrip("/") / to if not to.startswith("/") else self.root / to.lstrip("/")
        if not source.is_dir():
            if to.endswith("/") or target.is_dir():
                target /= source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
            return
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=lambda folder, names: [
            name for name in names if skip((Path(folder) / name).relative_to(source).as_posix())])


def build(context, dockerfile, folder):
    """The last stage's Image."""
    rules = context / ".dockerignore"
    skip = ignored([line for line in rules.read_text().splitlines() if line and line[0] != "#"] if rules.exists() else [])
    stages, image = {}, None
    for word, rest in instructions(dockerfile.read_text()):
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            image = stages[name] = Image(folder / f"stage{len(stages)}", base)
            continue
        print(f"image: {word} {rest}"[:120], flush=True)
        if word == "RUN":
            image.run(rest)
        elif word == "COPY":
            *sources, to = rest.split()
            stage = stages[sources.pop(0).split("=")[1]] if rest.startswith("--from=") else None
            for source in sources:
                image.copy(stage.root / source.lstrip("/") if stage else context / source, to, (lambda _: False) if stage else skip)
        elif word == "ENV":
            image.env.update(pair.split("=", 1) for pair in shlex.split(rest))
        elif word == "WORKDIR":
            image.workdir = rest
            (image.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            image.user = rest
        elif word == "ENTRYPOINT":
            image.entrypoint = json.loads(rest)
        elif word == "HEALTHCHECK":
            image.health = json.loads(rest.partition("CMD")[2])
        else:
            assert word in ("EXPOSE", "VOLUME"), word
    return image
