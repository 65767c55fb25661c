"""What was promised to the clients, held against what is on the topic, in Redis and in the post. It shares nothing with the
engine. `checker.py FOLDER` judges the evidence of a round again."""

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import harness_path  # noqa: F401  (where the harness of tests/integration lies)
import history
from books import check_books
from fold import ENDED, Fold
from harness.topic import valid

MESSAGE_ID = re.compile(r"^Message-ID:\s*<([a-z-]+)\.([0-9a-f-]{36})(?:\.([0-9]+))?@example\.com>\s*$", re.MULTILINE | re.IGNORECASE)
TEMPLATE = {"completed": "shipping-confirmation", "cancelled": "order-cancelled"}


@dataclass
class Line:
    """One record of the topic, decoded once: what harness.topic.valid needs of it."""
    offset: int
    key: str | None
    value: str

    @cached_property
    def attributes(self):
        return json.loads(self.value)

    @property
    def type(self):
        return self.attributes["type"]

    @property
    def event(self):
        return self

    def get_data(self):
        return self.attributes.get("data")


@dataclass
class Evidence:
    exchanges: list  # history.Exchange
    lines: list  # Line, all of the topic
    # orders: id -> document, live, recent: ids, stock: sku -> free, checkpoint; began: when the round did, seconds since 1970;
    # evicted: [from, to] of each time that Redis threw keys away by its own policy, seconds since then
    redis: dict
    mails: list  # text of each, in the order they came
    books: dict = field(default_factory=dict)  # handler -> what its participant has written down, and Stripe, and the labels

    def write(self, folder):
        history.write(self.exchanges, folder / "history.jsonl")
        (folder / "topic.jsonl").write_text(
            "".join(json.dumps([line.offset, line.key, line.value]) + "\n" for line in self.lines))
        (folder / "redis.json").write_text(json.dumps(self.redis, indent=1))
        (folder / "mails.jsonl").write_text("".join(json.dumps(mail) + "\n" for mail in self.mails))
        (folder / "books.json").write_text(json.dumps(self.books, indent=1))

    @classmethod
    def read(cls, folder):
        lines = (folder / "topic.jsonl").read_text().splitlines()
        return cls(history.read(folder / "history.jsonl"), [Line(*json.loads(line)) for line in lines],
                   json.loads((folder / "redis.json").read_text()),
                   [json.loads(mail) for mail in (folder / "mails.jsonl").read_text().splitlines()],
                   json.loads((folder / "books.json").read_text()))


def check(evidence):
    """Every finding as a sentence; none: the promises were kept."""
    evicted = Evicted(evidence.redis)
    fold = Fold(valid(evidence.lines), anew=bool(evicted.times))
    return [*fold.findings, *check_places(evidence.exchanges, fold), *check_cancels(evidence.exchanges, fold, evicted),
            *check_looks(evidence.exchanges, fold, evicted), *check_stock(evidence.exchanges, fold),
            *check_mails(evidence.mails, fold), *check_mails_asked_for(evidence.exchanges, fold, evicted),
            *check_redis(evidence.redis, fold, evicted), *check_books(evidence.books, fold)]


class Evicted:
    """What is not promised once Redis has thrown keys away by its policy: that an order which had ended by then is still known.
    It may not be found, nor listed, and its id or key may become a second order. Nothing else may be missing."""

    def __init__(self, redis):
        self.times = redis.get("evicted", [])
        self.began = redis.get("began", 0)

    def forgets(self, order, at=float("inf")):
        """Whether the order may be unknown at that time."""
        return any(began <= at and order.ended_by(self.began + min(ended, at)) for began, ended in self.times)


def check_places(exchanges, fold):
    asked, on_topic = {}, {}
    for exchange in exchanges:
        if exchange.kind == "place":
            asked.setdefault(exchange.tag, []).append(exchange)
    for lives in fold.lives.values():
        on_topic.setdefault(lives[0].tag, []).extend(lives)
    for tag in on_topic.keys() - asked.keys():
        yield f"{tag}: nobody asked for order {on_topic[tag][0].order_id}"
    for tag, attempts in asked.items():
        yield from check_attempts(tag, attempts, on_topic.get(tag, []))


def check_attempts(tag, attempts, orders):
    """All attempts at one order: same body, same key or id."""
    say = f"{tag} {attempts[0].key or attempts[0].order_id or 'plain'} {[attempt.status for attempt in attempts]}"
    if len({order.order_id for order in orders}) > 1:
        yield f"{say}: {len(orders)} orders of one request: {[order.order_id for order in orders]}"
    order = orders[0] if orders else None  # one id: they differ only where it was placed anew
    if order and not any(attempt.status in (None, 200, 202, 504) for attempt in attempts):
        yield f"{say}: was refused and is order {order.order_id} on the topic"
    for life in orders:
        if life.amount_minor != attempts[0].amount_minor:
            yield f"{say}: costs {life.amount_minor}, and was ordered for {attempts[0].amount_minor}"
        if life.said != attempts[0].said:
            yield f"{say}: says {life.said}, and was ordered with {attempts[0].said}"
    accepted = 0
    for attempt in attempts:
        if attempt.status not in (None, 200, 202, 503, 504):
            yield f"{say}: answered {attempt.status}"
        elif attempt.status in (200, 202):
            if order is None or order.order_id != attempt.answered_id:
                yield f"{say}: {attempt.answered_id} was accepted and is not on the topic"
            if accepted >= max(len(orders), 1) and not attempt.replayed:
                yield f"{say}: accepted twice as if it were new"
            accepted += 0 if accepted and attempt.replayed else 1
        elif attempt.status == 504 and order and order.order_id != attempt.answered_id:
            yield f"{say}: 504 spoke of {attempt.answered_id}, and it became {order.order_id}"
        if attempt.status in (200, 202, 504) and attempt.order_id and attempt.order_id != attempt.answered_id:
            yield f"{say}: asked for {attempt.order_id}, answered {attempt.answered_id}"
        if attempt.status == 200 and order and attempt.answered_status not in [life.status for life in orders]:
            yield f"{say}: was told it is {attempt.answered_status}, and it ended {order.status}"


def check_cancels(exchanges, fold, evicted):
    for exchange in exchanges:
        if exchange.kind != "cancel":
            continue
        status = [order.status for order in fold.lives.get(exchange.order_id, [])]
        wrong = (exchange.status == 202 and "cancelled" not in status or exchange.status == 409 and "completed" not in status
                 or exchange.status not in (None, 202, 409, 503, 504))
        if wrong and not (exchange.status == 404 and status and evicted.forgets(fold.lives[exchange.order_id][0], exchange.at)):
            yield (f"cancel of {exchange.order_id} at {exchange.at} s answered {exchange.status}; "
                   f"the order is {' and '.join(status) or 'not on the topic'}")


def check_looks(exchanges, fold, evicted):
    """Only orders that were accepted are looked at."""
    for exchange in exchanges:
        if exchange.kind != "look" or exchange.status in (None, 503):
            continue
        order = fold.orders.get(exchange.order_id)
        shown = exchange.answered_status
        if exchange.status == 404 and order and evicted.forgets(fold.lives[exchange.order_id][0], exchange.at):
            continue
        ends = [life.status for life in fold.lives.get(exchange.order_id, [])]
        if exchange.status != 200 or order is None or shown in ENDED and shown not in ends:
            yield (f"GET of {exchange.order_id} at {exchange.at} s answered {exchange.status} {shown}; "
                   f"the order is {order.status if order else 'not on the topic'}")


def check_stock(exchanges, fold):
    for exchange in exchanges:
        if exchange.kind != "stock":
            continue
        times = fold.sets.count((exchange.sku, exchange.on_hand))
        say = f"PUT {exchange.sku} {exchange.on_hand} answered {exchange.status} and is on the topic {times} times"
        if times > 1 or exchange.status in (200, 202, 204) and times == 0 or exchange.status == 503 and times == 1:
            yield say
        if exchange.status not in (None, 200, 202, 204, 503, 504):
            yield say


def check_mails(mails, fold):
    seen = {}
    for mail in mails:
        found = MESSAGE_ID.search(re.sub(r"\r?\n[ \t]+", " ", mail.split("\r\n\r\n", 1)[0]).replace("\r", ""))
        if not found:
            yield f"a mail without a Message-ID of ours: {mail[:200]!r}"
            continue
        template, order_id, step = found[1], found[2], int(found[3] or 0)
        order = fold.orders.get(order_id)
        states = [life.state for life in fold.lives.get(order_id, [])]
        bytes_of = seen.setdefault((template, order_id, step), set())
        bytes_of.add(mail)
        if len(bytes_of) > max(sum(TEMPLATE.get(state, template) == template for state in states), 1):
            yield f"{template} of {order_id} came twice, with other bytes"
        if order is None:
            yield f"{template} was sent for {order_id}, which is not on the topic"
        elif all(state in ENDED and template != TEMPLATE[state] for state in states):
            yield f"{template} was sent for {order_id}, which is {' and '.join(states)}"
        elif step and all("MailRequested" != kind for life in fold.lives[order_id] for kind, _, _ in life.steps[step - 1:step]):
            yield f"{template} of {order_id} was sent again by step {step}, which asked for none"
    for lives in fold.lives.values():
        for order in lives:
            for step in order.mails if order.state in ENDED else ():
                if (TEMPLATE[order.state], order.order_id, step) not in seen:
                    yield f"{TEMPLATE[order.state]} of {order.order_id} is said to be sent and never came" + (f" again, by step {step}" if step else "")


def check_mails_asked_for(exchanges, fold, evicted):
    asked = {}
    for exchange in exchanges:
        if exchange.kind == "again":
            asked.setdefault(exchange.order_id, []).append(exchange)
    for order_id, attempts in asked.items():
        lives = fold.lives.get(order_id, [])
        say = f"mail of {order_id} asked for: {[attempt.status for attempt in attempts]}"
        for attempt in attempts:
            forgotten = attempt.status == 404 and lives and evicted.forgets(lives[0], attempt.at)
            if attempt.status not in (None, 202, 409, 503, 504) and not forgotten:
                yield f"{say} at {attempt.at} s"
        times = sum(kind == "MailRequested" for life in lives for kind, _, _ in life.steps)
        if any(attempt.status == 202 for attempt in attempts) and times == 0:
            yield f"{say}, and no event says so"
        if times > sum(attempt.status in (None, 202, 504) for attempt in attempts):
            yield f"{say}, and it was sent again {times} times"
    for lives in fold.lives.values():
        if lives[0].order_id not in asked and any(life.mail_step for life in lives):
            yield f"nobody asked for the mail of {lives[0].order_id} again"


def shown(steps):
    """Steps as a document has them: those of one kind as one, where the first of them was. That they lead to the
    same state follows from their kind for all that can happen twice."""
    alike = {}
    for number, (kind, at, offset) in enumerate(steps, 1):
        step = alike.setdefault(kind, {"step": number, "type": kind, "at": at, "offset": offset})
        if step["step"] != number:
            step.update(count=step.get("count", 1) + 1, lastStep=number, lastAt=at, lastOffset=offset)
    return list(alike.values())


def check_redis(redis, fold, evicted):
    documents = redis["orders"]
    for order_id in documents.keys() - fold.orders.keys():
        yield f"Redis has order {order_id}, the topic has not"
    for order in fold.orders.values():
        document = documents.get(order.order_id)
        if document is None:
            if not evicted.forgets(order):
                yield f"Redis has no order {order.order_id}"
            continue
        steps = [{name: value for name, value in step.items() if name != "answer"} for step in document["steps"]]
        if document["status"] != order.status or steps != shown(order.steps) or document["amountMinor"] != order.amount_minor:
            yield f"Redis shows {order.order_id} as {document['status']} {steps}, the topic as {order.status} {order.steps}"
    live = {order.order_id for order in fold.orders.values() if order.state not in ENDED}
    if set(redis["live"]) != live:
        yield f"Redis' live orders differ from the topic's in {sorted(set(redis['live']) ^ live)[:10]}"
    yield from check_recent(redis["recent"], fold, evicted)
    stock = {sku: int(free) for sku, free in redis["stock"].items()}
    if stock != fold.stock:
        yield f"Redis' stock is {stock}, the topic's {fold.stock}"
    checkpoint = tuple(int(redis["checkpoint"].get(name, -1)) for name in ("offset", "epoch", "seq"))
    if checkpoint not in fold.places:  # an engine may have opened the topic and ended before it wrote that into Redis
        yield f"Redis' checkpoint is {checkpoint}, the topic ends with {fold.places}"


def check_recent(recent, fold, evicted):
    ended = {order_id: sum(order.state in ENDED for order in lives) for order_id, lives in fold.lives.items()}
    listed = Counter(recent)
    if any(count > max(ended.get(order_id, 1), 1) for order_id, count in listed.items()):
        yield f"Redis lists {len(recent)} recent orders, of which {len(listed)} are different"
    wrong = {order_id for order_id, count in ended.items()
             if (order_id in listed) != (count > 0) and not evicted.forgets(fold.orders[order_id])} | listed.keys() - ended.keys()
    if sum(ended.values()) <= 10_000 and wrong:
        yield f"Redis' recent orders differ from the topic's in {sorted(wrong)[:10]}"


if __name__ == "__main__":
    found = check(Evidence.read(Path(sys.argv[1])))
    print("\n".join(found) or "no findings")
    sys.exit(1 if found else 0)
