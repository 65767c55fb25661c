"""Reading a topic from outside, decoded by the official CloudEvents SDK, and the reader rule of the architecture's law 5."""

from dataclasses import dataclass

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event, from_structured_event
from confluent_kafka import Consumer, KafkaException, TopicPartition

SAGA = ["OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed", "NotificationSent"]


@dataclass(frozen=True)
class Record:
    offset: int
    key: str | None
    headers: tuple  # of (name, bytes), as they lie in Kafka, repeated ones included
    value: bytes

    @property
    def binary(self):
        return any(name.startswith("ce_") for name, _ in self.headers)

    @property
    def event(self):
        names = [name for name, _ in self.headers]
        assert len(names) == len(set(names)), f"repeated header at offset {self.offset}: {names}"
        message = KafkaMessage(headers=dict(self.headers), key=None, value=self.value)
        return from_binary_event(message) if self.binary else from_structured_event(message)

    @property
    def attributes(self):
        return self.event.get_attributes()

    @property
    def type(self):
        return self.event.get_type()


def read_topic(bootstrap, topic, partition=0):
    """Every record now on the partition, from the first offset to the end as of the call."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "integration-reader", "enable.auto.commit": False,
                         "isolation.level": "read_uncommitted", "fetch.wait.max.ms": 10})
    try:
        try:
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)
        except KafkaException as failure:
            if failure.args[0].name() in ("UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_PARTITION", "_UNKNOWN_TOPIC"):
                return []
            raise
        consumer.assign([TopicPartition(topic, partition, low)])
        records = []
        while low + len(records) < high:
            message = consumer.poll(20)
            assert message is not None, f"{topic}: no record for 20 s, {len(records)} of {high - low} read"
            assert not message.error(), message.error()
            key = message.key()
            records.append(Record(message.offset(), None if key is None else key.decode(),
                                  tuple(message.headers() or ()), message.value()))
        return records
    finally:
        consumer.close()


def valid(records):
    """The reader rule, written a second time and independently of the engine: the records that count as history."""
    kept, epoch, expected = [], None, None
    for record in records:
        attributes = record.attributes
        if attributes["type"].endswith("EpochStarted"):
            after = (record.event.get_data() or {}).get("after")
            if any(attributes["id"] == other.attributes["id"] for other in kept if other.type.endswith("EpochStarted")):
                continue
            if after is not None and int(after) != epoch:
                continue
            epoch, expected = record.offset, 1
            kept.append(record)
            continue
        if "epoch" not in attributes or epoch is None or int(attributes["epoch"]) != epoch or expected is None:
            continue
        seq = int(attributes["seq"])
        if seq < expected:
            continue
        if seq > expected:
            expected = None  # a hole voids the rest of this epoch
            continue
        expected += 1
        kept.append(record)
    return kept


def chains(records):
    """Order id -> the types of its events in topic order."""
    found = {}
    for record in records:
        if not record.type.endswith(("EpochStarted", "StockSet")):
            found.setdefault(record.key, []).append(record.type)
    return found
