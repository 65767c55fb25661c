"""The neighbours themselves: a broken fixture is to be seen here and not in twenty other tests."""

import smtplib
import ssl
import uuid

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from harness.engine import merged, toml
from harness.topic import read_topic, valid
from harness.wait import accepts, until


def message(subject="hello"):
    return f"From: a@example.com\r\nTo: b@example.com\r\nSubject: {subject}\r\n\r\ntext\r\n"


def test_broker_keeps_records_with_offset_key_and_headers(broker):
    topic = f"fixture-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
    producer = Producer({"bootstrap.servers": broker.bootstrap, "enable.idempotence": True})
    for number in range(100):
        producer.produce(topic, key=f"k{number}", value=f"v{number}", headers=[("content-type", b"text/plain")])
    assert producer.flush(20) == 0

    records = read_topic(broker.bootstrap, topic)
    assert [record.offset for record in records] == list(range(100))
    assert [record.key for record in records] == [f"k{number}" for number in range(100)]
    assert records[7].value == b"v7"
    assert records[7].headers == (("content-type", b"text/plain"),)


def test_unknown_topic_reads_as_empty(broker):
    assert read_topic(broker.bootstrap, f"absent-{uuid.uuid4().hex[:8]}") == []


def test_redis_can_be_taken_away_and_brought_back(redis_server):
    redis_server.client.set("kept", "yes")
    redis_server.save()
    redis_server.stop()
    assert not accepts(redis_server.port)
    redis_server.start()
    assert redis_server.client.get("kept") == "yes"


def test_plain_smtp_records_mail_and_envelope(smtp_server):
    with smtplib.SMTP("127.0.0.1", smtp_server.port, timeout=10) as client:
        client.sendmail("a@example.com", ["b@example.com"], message())
    [mail] = smtp_server.mails()
    assert (mail.sender, mail.recipients, mail.encrypted, mail.login) == ("a@example.com", ("b@example.com",), False, None)
    assert mail.message["Subject"] == "hello"


def test_secure_smtp_takes_mail_only_with_tls_and_login(secure_smtp_server, certificate):
    with smtplib.SMTP("127.0.0.1", secure_smtp_server.port, timeout=10) as client:
        with pytest.raises(smtplib.SMTPException):
            client.sendmail("a@example.com", ["b@example.com"], message("in clear"))
    trust = ssl.create_default_context(cafile=certificate.certificate)
    with smtplib.SMTP("127.0.0.1", secure_smtp_server.port, timeout=10) as client:
        client.starttls(context=trust)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("shop", "wrong")
    with smtplib.SMTP("127.0.0.1", secure_smtp_server.port, timeout=10) as client:
        client.starttls(context=trust)
        client.login("shop", "correct horse")
        client.sendmail("a@example.com", ["b@example.com"], message("sealed"))
    [mail] = until(secure_smtp_server.mails, 10, "mail recorded")
    assert (mail.message["Subject"], mail.encrypted, mail.login) == ("sealed", True, "shop")


def test_toml_is_rendered_as_the_engine_reads_it():
    import tomllib
    sections = merged({"http": {"listen": "127.0.0.1:1", "gone": 1}},
                      {"http": {"gone": None, "tokens": [{"name": "shop", "scopes": ["orders"]}]},
                       "kafka": {"client": {"security.protocol": "plaintext"}, "on": True}})
    assert tomllib.loads(toml(sections)) == {
        "http": {"listen": "127.0.0.1:1", "tokens": [{"name": "shop", "scopes": ["orders"]}]},
        "kafka": {"client": {"security.protocol": "plaintext"}, "on": True}}


class _Event:
    """Just enough of a record for the reader rule."""
    def __init__(self, offset, kind, epoch=None, seq=None, opening=None, after=None):
        self.offset, self.type, self._after = offset, kind, after
        self.attributes = {"type": kind, "id": opening or f"e{offset}"}
        if epoch is not None:
            self.attributes |= {"epoch": str(epoch), "seq": str(seq)}
        self.event = self

    def get_data(self):
        return {} if self._after is None else {"after": self._after}


def opened(offset, opening, after=None):
    return _Event(offset, "EpochStarted", opening=opening, after=after)


def step(offset, epoch, seq):
    return _Event(offset, "OrderPlaced", epoch, seq)


@pytest.mark.parametrize("records, kept", [
    ([opened(0, "a"), step(1, 0, 1), step(2, 0, 2)], [0, 1, 2]),
    ([opened(0, "a"), step(1, 0, 1), step(2, 0, 1), step(3, 0, 2)], [0, 1, 3]),               # a retry doubled it
    ([opened(0, "a"), step(1, 0, 1), step(2, 0, 3), step(3, 0, 2)], [0, 1]),                  # a hole voids the rest
    ([opened(0, "a"), opened(1, "b"), step(2, 0, 1), step(3, 1, 1)], [0, 1, 3]),              # a zombie's
    ([opened(0, "a"), opened(1, "a"), step(2, 0, 1)], [0, 2]),                                # a copy of the opening
    ([opened(0, "a"), opened(1, "b"), opened(2, "c", after=0), step(3, 1, 1)], [0, 1, 3]),    # continues one that is over
    ([opened(0, "a"), step(1, 0, 1), opened(2, "c", after=0), step(3, 2, 1)], [0, 1, 2, 3]),  # a reopen
    ([opened(0, "a"), _Event(1, "OrderPlaced"), step(2, 0, 1)], [0, 2]),                      # somebody's request
])
def test_reader_rule(records, kept):
    assert [record.offset for record in valid(records)] == kept
