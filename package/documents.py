"""What the package has beside the binary, made from what the binary and the annotated settings say: the man page, completions
for bash and zsh, and the list of what it is made of (SPDX 2.3).

  documents.py ENGINE PROD_TOML FOLDER
"""

import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

engine, settings, folder = sys.argv[1], Path(sys.argv[2]).read_text(), Path(sys.argv[3])
NAME = "order-engine"


def said(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def roff(text):
    """Lines as they are: no macro at their begin, no hyphen that is a dash."""
    return "\n".join(("\\&" if line[:1] in ".'" else "") + line for line in
                     text.replace("\\", "\\e").replace("-", "\\-").splitlines())


help_text = said(engine, "--help")
version = said(engine, "--version").split()[1]
options = []
for line in help_text.splitlines():
    if begin := re.match(r"  (--[a-z-]+)\s+(?:[A-Z.=:_]+ )?(.*)", line):
        options.append([begin[1], begin[2]])
    elif options and re.match(r"\s{10}", line):
        options[-1][1] += " " + line.strip()
options = [(name, re.sub(r"\s+", " ", re.sub(r"(Excludes|Needs):( --[a-z-]+)+|in \[[^]]*\]|\.\.\.", "", text)).strip())
           for name, text in options]
section, keys = "", []
for line in said(engine, "--dev", "--print-config").splitlines():
    if heading := re.match(r"\[(.+)\]", line):
        section = heading[1]
    elif setting := re.match(r"(?:# )?([a-z_.]+) = ", line):
        keys.append(f"{section}.{setting[1]}")


def man():
    return f""".TH ORDER\\-ENGINE 1 "" "{version}"
.SH NAME
order\\-engine \\- an order engine: a saga over one Kafka topic, in one process
.SH SYNOPSIS
.B order\\-engine
\\-\\-config FILE | \\-\\-dev [\\-\\-set SECTION.KEY=VALUE]...
.SH DESCRIPTION
.nf
{roff(help_text.replace("engine", NAME, 1))}
.fi
.SH SETTINGS
.nf
{roff(settings)}
.fi
.SH FILES
.TP
/etc/order\\-engine/engine.toml
the settings of the service order\\-engine; an annotated sample is in /usr/share/doc/order\\-engine
.TP
/etc/order\\-engine/environment
secrets of the service, NAME=value, readable by root alone
"""


def bash():
    words = " ".join(name for name, _ in options)
    return f"""# bash completion for {NAME}
_{NAME.replace("-", "_")}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}}
  case $before in
    --set) compopt -o nospace; COMPREPLY=($(compgen -S = -W "{" ".join(keys)}" -- "$current")) ;;
    --config|--secret-file|--order|--ca-file) COMPREPLY=($(compgen -f -- "$current")) ;;
    --data) COMPREPLY=($(compgen -d -- "$current")) ;;
    --as) COMPREPLY=($(compgen -W "payment inventory shipping notification" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "{words}" -- "$current")) ;;
  esac
}}
complete -F _{NAME.replace("-", "_")} {NAME}
"""


def zsh():
    arguments = {"--config": ":file:_files", "--secret-file": ":file:_files", "--order": ":file:_files",
                 "--ca-file": ":file:_files", "--data": ":folder:_files -/", "--set": f":setting:({' '.join(key + '=' for key in keys)})",
                 "--as": ":handler:(payment inventory shipping notification)", "--timeout": ":seconds:",
                 "--try-participant": ":address:", "--healthcheck": ":address:"}
    lines = []
    for name, text in options:
        text = re.sub(r"[\[\]']", "", text).replace(":", "\\:")
        lines.append(f"  '*{name}[{text}]{arguments.get(name, '')}'" if name == "--set" else
                     f"  '{name}[{text}]{arguments.get(name, '')}'")
    return f"#compdef {NAME}\n_arguments \\\n" + " \\\n".join(lines) + "\n"


def libraries():
    """The Debian packages whose shared libraries the binary loads, each with its version."""
    names = set()
    for path in re.findall(r"=> (/\S+)", said("ldd", engine)):
        for one in (path, str(Path(path).resolve())):
            names |= {one, one.removeprefix("/usr"), "/usr" + one.removeprefix("/usr")}  # where dpkg has it, /usr merged or not
    owned = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True, check=False).stdout
    packages = sorted({line.split(":")[0] for line in owned.splitlines()})
    return [line.split() for line in said("dpkg-query", "-W", "-f=${Package} ${Version}\n", *packages).splitlines()]


def sbom():
    digest = hashlib.sha256(Path(engine).read_bytes()).hexdigest()
    packages = [{"SPDXID": "SPDXRef-engine", "name": NAME, "versionInfo": version, "downloadLocation": "NOASSERTION",
                 "filesAnalyzed": False, "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]}]
    for name, release in libraries():
        packages.append({"SPDXID": f"SPDXRef-{re.sub(r'[^A-Za-z0-9.-]', '-', name)}", "name": name, "versionInfo": release,
                         "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
                         "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                           "referenceLocator": f"pkg:deb/debian/{name}@{release}"}]})
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{NAME}-{version}",
            "documentNamespace": f"urn:{NAME}:{digest}",
            "creationInfo": {"created": said("date", "-u", "+%Y-%m-%dT%H:%M:%SZ").strip(), "creators": [f"Tool: {NAME}"]},
            "packages": packages,
            "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-engine"}]
            + [{"spdxElementId": "SPDXRef-engine", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": one["SPDXID"]} for one in packages[1:]]}


folder.mkdir(parents=True, exist_ok=True)
(folder / f"{NAME}.1.gz").write_bytes(gzip.compress(man().encode(), mtime=0))
(folder / NAME).write_text(bash())
(folder / f"_{NAME}").write_text(zsh())
(folder / "sbom.spdx.json").write_text(json.dumps(sbom(), indent=1) + "\n")
