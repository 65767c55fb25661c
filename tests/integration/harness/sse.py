"""A small reader of server-sent events on a raw socket."""

import json
from dataclasses import dataclass

import requests


@dataclass(frozen=True)
class Event:
    id: str | None
    kind: str
    data: str

    @property
    def json(self):
        return json.loads(self.data)


class Stream:
    """Iterates over the events of one connection; a read that stays without a byte for `seconds` fails."""

    def __init__(self, base, seconds=20, **headers):
        sent = {"Accept": "text/event-stream", **{name.replace("_", "-"): text for name, text in headers.items()}}
        self.answer = requests.get(f"{base}/v1/events", headers=sent, stream=True, timeout=seconds)
        assert self.answer.status_code == 200, self.answer.text
        assert self.answer.headers["Content-Type"].split(";")[0] == "text/event-stream"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answer.close()

    def __iter__(self):
        identity, kind, data = None, "message", []
        for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
            if not line:
                if data or kind != "message":
                    yield Event(identity, kind, "\n".join(data))
                identity, kind, data = None, "message", []
                continue
            if line.startswith(":"):
                continue
            field, _, text = line.partition(":")
            text = text.removeprefix(" ")
            if field == "id":
                identity = text
            elif field == "event":
                kind = text
            elif field == "data":
                data.append(text)

    def take(self, wanted, kind=None):
        """The next `wanted` events (of one order's chain when `kind` is given: those that `kind` accepts)."""
        taken = []
        for event in self:
            if kind is None or kind(event):
                taken.append(event)
            if len(taken) == wanted:
                return taken
        raise AssertionError(f"the stream ended after {len(taken)} of {wanted} events")
