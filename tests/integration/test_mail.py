"""TLS and credentials of the mail server."""

import pytest

from harness.shop import shop_order
from harness.smtp import SmtpServer
from harness.wait import until

PATIENT = {"backoff": "50ms", "backoff_max": "200ms", "deadline": "24h"}


def with_login(url, ca_file, password="correct horse"):
    return {"mail": {"url": url, "user": "shop", "password": {"env": "TEST_SMTP_PASSWORD"}, "ca_file": ca_file,
                     "retry": PATIENT}}, {"TEST_SMTP_PASSWORD": password}


def start(world, settings):
    changes, env = settings
    return world.engine(changes, env=env).start()


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
