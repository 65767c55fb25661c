"""A participant over the topic: a plain consumer of the events and a plain producer of requests, as a service would be."""

import json
import threading
import uuid

from confluent_kafka import Consumer, Producer, TopicPartition

STRUCTURED = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def producer(bootstrap):
    return Producer({"bootstrap.servers": bootstrap, "linger.ms": 0})


def request(kind, order_id, step, source="/test", id=None, **data):
    return {"specversion": "1.0", "id": id or uuid.uuid4().hex, "source": source, "type": kind, "subject": order_id,
            "causationid": f"{order_id}.{step}", "datacontenttype": "application/json", "data": data}


def produce(made, topic, asked):
    value = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    key = None if isinstance(asked, bytes) else asked["subject"]
    made.produce(topic, value=value, key=key, headers=STRUCTURED)
    made.poll(0)


def send(made, topic, asked):
    """The same, and it is there when this returns."""
    produce(made, topic, asked)
    made.flush(20)


class TopicParticipant:
    """Answers every turn that `answers` names, {turn: (type, data)}, until stopped, but for orders of the item `silent_on`;
    remembers the turns it saw."""

    def __init__(self, bootstrap, topic, requests_topic, answers, silent_on=None):
        self.seen = []
        self._stop = threading.Event()
        self._topic, self._requests, self._answers = topic, requests_topic, answers
        self._silent_on = silent_on
        self._bootstrap = bootstrap
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        consumer = Consumer({"bootstrap.servers": self._bootstrap, "group.id": f"service-{uuid.uuid4().hex}",
                             "enable.auto.commit": False, "fetch.wait.max.ms": 10})
        consumer.assign([TopicPartition(self._topic, 0, 0)])
        made = producer(self._bootstrap)
        done = set()
        while not self._stop.is_set():
            message = consumer.poll(0.1)
            if message is None or message.error():
                continue
            event = json.loads(message.value())
            turn = event.get("turn")
            if "epoch" not in event or turn not in self._answers or event["id"] in done:
                continue
            if self._silent_on and event["data"].get("item") == self._silent_on:
                continue
            done.add(event["id"])
            self.seen.append((turn, event["subject"]))
            kind, data = self._answers[turn]
            produce(made, self._requests, request(kind, event["subject"], event["id"].rsplit(".", 1)[1],
                                                  source=f"/{turn}", **data))
        made.flush(20)
        consumer.close()
