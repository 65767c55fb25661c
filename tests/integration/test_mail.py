"""TLS and credentials of the mail server, and what happens while it is away."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.engine import verify
from harness.shop import shop_order
from harness.smtp import FrozenServer, SmtpServer
from harness.wait import until

PATIENT = {"backoff": "50ms", "backoff_max": "200ms", "deadline": "24h"}


def with_login(url, ca_file, password="correct horse"):
    return {"mail": {"url": url, "user": "shop", "password": {"env": "TEST_SMTP_PASSWORD"}, "ca_file": ca_file,
                     "retry": PATIENT}}, {"TEST_SMTP_PASSWORD": password}


def start(world, settings):
    changes, env = settings
    return world.engine(changes, env=env).start()


def place(engine, count):
    """`count` orders as fast as eight clients can; each must be taken. Returns their ids."""
    def one(_):
        answer = engine.post(shop_order())
        assert answer.status_code == 202, answer.text
        return answer.json()["orderId"]
    with ThreadPoolExecutor(8) as clients:
        return list(clients.map(one, range(count)))


def listed(engine, status):
    """The ids of all orders of a status, page by page."""
    ids, cursor = [], ""
    while cursor is not None:
        page = engine.get(f"/v1/orders?status={status}&limit=500&cursor={cursor}").json()
        ids += [order["orderId"] for order in page["data"]]
        cursor = page["nextCursor"]
    return ids


def message_ids(ids):
    return sorted(f"<shipping-confirmation.{order_id}@example.com>" for order_id in ids)


def test_mail_goes_out_encrypted_and_with_a_login(world, secure_smtp_server, certificate):
    engine = start(world, with_login(secure_smtp_server.url, certificate.certificate))
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(5)]
    for order_id in ids:
        engine.completed(order_id)
    mails = secure_smtp_server.mails()
    assert [(mail.encrypted, mail.login) for mail in mails] == [(True, "shop")] * 5
    assert sorted(mail.message_id for mail in mails) == sorted(
        f"<shipping-confirmation.{order_id}@example.com>" for order_id in ids)


def test_wrong_password_sends_nothing_and_the_order_waits(world, secure_smtp_server, certificate):
    engine = start(world, with_login(secure_smtp_server.url, certificate.certificate, password="wrong"))
    order_id = engine.post(shop_order()).json()["orderId"]
    until(lambda: secure_smtp_server.greeted() >= 2, 30, "engine tried to send")
    assert secure_smtp_server.mails() == []
    assert engine.order(order_id)["status"] != "completed"


def test_with_credentials_nothing_goes_out_in_clear(world, certificate):
    clear = SmtpServer(login=("shop", "correct horse"))
    try:
        engine = start(world, with_login(clear.url, certificate.certificate))
        order_id = engine.post(shop_order()).json()["orderId"]
        until(lambda: clear.greeted() >= 2, 30, "engine tried to send")
        assert clear.asked_to_send() == 0
        assert clear.mails() == []
        assert engine.order(order_id)["status"] == "shipped"
    finally:
        clear.stop()


def test_certificate_of_an_unknown_authority_is_refused(world, secure_smtp_server):
    engine = start(world, ({"mail": {"url": secure_smtp_server.url, "user": "shop", "password": {"env": "P"},
                                     "retry": PATIENT}}, {"P": "correct horse"}))
    order_id = engine.post(shop_order()).json()["orderId"]
    until(lambda: secure_smtp_server.greeted() >= 2, 30, "engine tried to send")
    assert secure_smtp_server.mails() == []
    assert engine.order(order_id)["status"] == "shipped"


@pytest.mark.parametrize("down_first", [True, False])
def test_orders_go_on_while_the_mail_server_is_down(world, down_first):
    """Mails wait; when the server is there they go out, each once."""
    port = world.smtp.port
    engine = world.engine({"mail": {"retry": PATIENT}})
    if down_first:
        world.smtp.stop()
        engine.start()
    else:
        engine.start()
        engine.completed(engine.post(shop_order()).json()["orderId"])
        world.smtp.stop()
    ids = [engine.post(shop_order()).json()["orderId"] for _ in range(20)]
    for order_id in ids:
        until(lambda: engine.order(order_id)["status"] == "shipped", 20, "shipped without a mail server")
    back = SmtpServer(port=port)
    try:
        for order_id in ids:
            engine.completed(order_id, 30)
        assert sorted(mail.message_id for mail in back.mails()) == sorted(
            f"<shipping-confirmation.{order_id}@example.com>" for order_id in ids)
    finally:
        back.stop()


def test_mail_into_a_folder(world, tmp_path):
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    engine = world.engine({"mail": {"url": f"dir:{outbox}"}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    [file] = outbox.glob("*.eml")
    assert f"shipping-confirmation.{order_id}@example.com" in file.read_text()


@pytest.mark.parametrize("frozen", [False, True], ids=["refused", "frozen"])
def test_orders_that_wait_for_their_mail_leave_memory(world, frozen):
    """Far more orders than may be live at once; they wait in Redis, in the listing, and each gets one mail in the end."""
    port = world.smtp.port
    world.smtp.stop()
    silent = FrozenServer(port) if frozen else None
    engine = world.engine({"orders": {"live": 512}, "mail": {"retry": PATIENT}}).start()
    ids = place(engine, 3000)
    # A server that hangs holds as many as are under way to it: a quarter of the live ones.
    until(lambda: engine.metric("saga_orders_live") <= (128 if frozen else 4), 20, "left memory")
    until(lambda: engine.metric("saga_mail_backlog") >= (2872 if frozen else 2996), 20, "wait for their mail")
    assert frozen or engine.away_for("mail") > 0
    assert sorted(listed(engine, "shipped")) == sorted(ids)
    assert engine.order(ids[0])["status"] == "shipped"
    if silent:
        silent.stop()
    back = SmtpServer(port=port)
    try:
        until(lambda: engine.metric("saga_mail_backlog") + engine.metric("saga_orders_live") == 0, 60, "all completed")
        assert sorted(mail.message_id for mail in back.mails()) == message_ids(ids)
        assert engine.away_for("mail") == 0
        assert {engine.order(order_id)["status"] for order_id in ids[::100]} == {"completed"}
        assert engine.stop() == 0
    finally:
        back.stop()


def test_a_duplicate_that_waits_gets_the_end_of_an_order_that_left_memory(world):
    world.smtp.answer = lambda mail: "451 not now"
    engine = world.engine({"mail": {"retry": {"backoff": "2s", "backoff_max": "2s", "deadline": "24h"}}}).start()
    first = engine.post(shop_order(), Idempotency_Key="mine")
    assert first.status_code == 202
    until(lambda: engine.metric("saga_mail_backlog_set_aside_total") == 1 and engine.metric("saga_orders_live") == 0, 20,
          "left memory")
    world.smtp.answer = lambda mail: "250 OK"
    again = engine.post(shop_order(), Idempotency_Key="mine", Prefer="wait=30")
    assert again.status_code == 200
    assert again.json()["orderId"] == first.json()["orderId"]
    assert again.json()["status"] == "completed"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert engine.stop() == 0


def test_full_backlog_closes_intake(world):
    world.smtp.stop()
    engine = world.engine({"mail": {"retry": PATIENT, "backlog": 20}}).start()
    placed = 0
    while (answer := engine.post(shop_order())).status_code == 202:
        placed += 1
        assert placed < 200
        until(lambda: engine.metric("saga_orders_live") <= 2, 10, "left memory")
    assert answer.status_code == 503
    assert "wait for their mail" in answer.json()["detail"]
    assert "Retry-After" in answer.headers
    assert placed >= 20


@pytest.mark.parametrize("frozen", [False, True], ids=["refused", "frozen"])
def test_drain_does_not_wait_for_a_dead_mail_server(world, frozen):
    port = world.smtp.port
    world.smtp.stop()
    silent = FrozenServer(port) if frozen else None
    engine = world.engine({"orders": {"live": 512}, "http": {"drain_deadline": "4s"}}).start()
    place(engine, 300)
    began = time.monotonic()
    assert engine.stop() == 0
    assert time.monotonic() - began < 20
    assert world.redis.client.scard("saga:0:live") == 300
    if silent:
        silent.stop()


def test_drain_sends_the_mails_that_wait(world):
    world.smtp.answer = lambda mail: time.sleep(0.005) or "250 OK"
    engine = world.engine({"orders": {"live": 64}}).start()
    ids = place(engine, 300)
    assert engine.metric("saga_mail_backlog") > 0
    assert engine.stop() == 0
    assert sorted(mail.message_id for mail in world.smtp.mails()) == message_ids(ids)
    assert world.redis.client.scard("saga:0:live") == 0


def all_mails(world, count):
    """The server's mails, as soon as there are so many."""
    until(lambda: len(world.smtp.mails()) >= count, 20, f"{count} mails")
    return world.smtp.mails()


def test_a_mail_is_sent_again_under_an_id_of_its_own(world, tmp_path):
    """Also behind a restart, when nobody but Redis has the order; the order stays what it was."""
    engine = world.engine().start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    answer = engine.mail_again(order_id)
    assert answer.status_code == 202, answer.text
    assert answer.json()["status"] == "completed"
    mails = all_mails(world, 2)
    step = {step["type"]: step for step in engine.order(order_id)["steps"]}["MailRequested"]
    assert [mail.message_id for mail in mails] == [
        f"<shipping-confirmation.{order_id}@example.com>", f"<shipping-confirmation.{order_id}.6@example.com>"]
    assert step["step"] == 6
    assert mails[1].message["Date"].datetime.isoformat() == step["at"][:19] + "+00:00"
    assert mails[1].message["Subject"] == mails[0].message["Subject"]

    assert engine.stop() == 0
    again = world.engine().start()
    assert again.mail_again(order_id).status_code == 202
    mails = all_mails(world, 3)
    assert mails[2].message_id == f"<shipping-confirmation.{order_id}.8@example.com>"
    again.completed(order_id)
    until(lambda: again.metric("saga_orders_live") == 0, 20, "order at rest")
    events = [(record.type, record.event.get_data()) for record in world.events_of(order_id)]
    assert [type_ for type_, _ in events] == [
        "OrderPlaced", "PaymentConfirmed", "InventoryUpdated", "ShippingConfirmed", "NotificationSent",
        "MailRequested", "NotificationSent", "MailRequested", "NotificationSent"]
    assert events[5][1] == {"orderId": order_id, "template": "shipping-confirmation", "by": "customer"}
    assert events[6][1]["messageId"] == f"shipping-confirmation.{order_id}.6@example.com"
    assert again.stop() == 0
    verified = verify(tmp_path, world.config)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_mail_asked_for_survives_a_kill(world):
    """202 is a promise: while the server is away the mail waits, and the next engine sends it."""
    port = world.smtp.port
    engine = world.engine({"mail": {"retry": PATIENT}}).start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.completed(order_id)
    until(lambda: engine.metric("saga_orders_live") == 0, 20, "order stored")
    world.smtp.stop()
    assert engine.mail_again(order_id).status_code == 202
    assert engine.mail_again(order_id).status_code == 202  # the same mail
    engine.kill()
    back = SmtpServer(port=port)
    try:
        following = world.engine({"mail": {"retry": PATIENT}}).start()
        until(lambda: len(back.mails()) == 1, 30, "mail sent by the next engine")
        assert back.mails()[0].message_id == f"<shipping-confirmation.{order_id}.6@example.com>"
        until(lambda: following.metric("saga_orders_live") == 0, 20, "order at rest")
        assert len(back.mails()) == 1
    finally:
        back.stop()


def test_before_its_first_mail_there_is_none_to_send_again(world):
    engine = world.engine({"mail": {"retry": PATIENT}})
    world.smtp.stop()
    engine.start()
    order_id = engine.post(shop_order()).json()["orderId"]
    engine.reaches(order_id, "shipped")
    answer = engine.mail_again(order_id)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("no-mail-yet")
    assert engine.mail_again("01890a5d-ac96-774b-bcce-b302099a8057").status_code == 404
