"""What the clients asked and what they were told: one line an exchange, kept as JSON lines for whoever looks at it later."""

import dataclasses
import json
import threading


@dataclasses.dataclass
class Exchange:
    """One request and its answer. `status` None: there was none, so nothing is known."""
    kind: str  # place, cancel, look, again (its mail), stock
    client: int
    at: float  # seconds since the round began, when the answer came
    port: int  # whom it was asked
    status: int | None
    tag: str = ""  # place: the userId, the same in every attempt at one order and in no other
    key: str = ""  # place: the Idempotency-Key
    order_id: str = ""  # place: chosen by the client; cancel, look, again: whose
    answered_id: str = ""  # place: the orderId in the answer
    answered_status: str = ""  # place, look: the order's status in the answer
    replayed: bool = False
    amount_minor: int = 0
    said: dict = dataclasses.field(default_factory=dict)  # place: what the order says beside its lines
    sku: str = ""  # stock
    on_hand: int = 0  # stock: never the same twice


class History:
    """Thread: any may add."""

    def __init__(self):
        self._lock = threading.Lock()
        self._exchanges = []

    def add(self, exchange):
        with self._lock:
            self._exchanges.append(exchange)

    def exchanges(self):
        with self._lock:
            return list(self._exchanges)


def write(exchanges, path):
    path.write_text("".join(json.dumps(dataclasses.asdict(exchange)) + "\n" for exchange in exchanges))


def read(path):
    return [Exchange(**json.loads(line)) for line in path.read_text().splitlines()]
