"""The participants that a shop copies, docker/participants: payment on Stripe's own SDK against localstripe, and the carrier."""

import json
import uuid

import pytest
import requests

from harness.reference import DECLINED, Service
from harness.stripe import Stripe


@pytest.fixture
def stripe(logs):
    made = Stripe(logs / "localstripe.log")
    yield made
    made.stop()


@pytest.fixture
def payment(stripe, tmp_path, logs):
    made = Service("payment", tmp_path, logs / "payment.log", {"STRIPE_KEY": "sk_test_1", "STRIPE_URL": stripe.url}).start()
    yield made
    made.process.stop()


@pytest.fixture
def carrier(tmp_path, logs):
    made = Service("carrier", tmp_path, logs / "carrier.log", {"LABELS": str(tmp_path / "labels")}).start()
    made.labels = lambda: sorted(path.name for path in (tmp_path / "labels").iterdir())
    yield made
    made.process.stop()


@pytest.fixture
def order(stripe):
    return {"amountMinor": 4999, "currency": "USD", "payment": {"payment_method": stripe.card()}}


def new_id():
    return str(uuid.uuid4())


def undo_of(order_id):
    return {"undoes": f"{order_id}.payment.charge"}


def test_payment_keeps_the_contract(payment, stripe, order, tmp_path):
    (tmp_path / "order.json").write_text(json.dumps(order))
    done = payment.tried("payment", tmp_path / "order.json")
    assert done.returncode == 0, done.stdout + done.stderr
    # Nothing is left of it: whatever was charged has been refunded once.
    charged = [intent["id"] for intent in stripe.intents() if intent["status"] == "succeeded"]
    assert len(charged) == 5
    assert sorted(refund["payment_intent"] for refund in stripe.refunds()) == sorted(charged)


def test_carrier_keeps_the_contract(carrier, tmp_path):
    (tmp_path / "order.json").write_text('{"shipping": {"name": "Ada Lovelace", "city": "London"}}')
    done = carrier.tried("shipping", tmp_path / "order.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert carrier.labels() == []


def test_a_charge_is_confirmed_and_refunded(payment, stripe, order):
    order_id = new_id()
    charged = payment.call(order_id, "payment.charge", order, capture="now").json()
    intent = stripe.ask("GET", f"/v1/payment_intents/{charged['reference']}")
    assert charged["type"] == "PaymentConfirmed"
    assert (intent["status"], intent["amount"], intent["currency"]) == ("succeeded", 4999, "usd")
    assert intent["metadata"]["order"] == order_id
    undone = payment.call(order_id, "payment.undo", order, **undo_of(order_id)).json()
    assert undone == {"type": "PaymentRefunded", "reference": stripe.refunds()[0]["id"]}


def test_a_declined_card_is_no_payment(payment, stripe, order):
    order["payment"]["payment_method"] = stripe.card(DECLINED)
    order_id = new_id()
    for _ in range(2):
        answer = payment.call(order_id, "payment.charge", order)
        assert (answer.status_code, answer.json()["type"]) == (200, "PaymentNotAuthorized")
    assert "declined" in answer.json()["reason"]


@pytest.mark.parametrize("method", [None, "pm_unheard"])
def test_an_order_without_a_usable_method_is_no_payment(payment, order, method):
    order["payment"] = {"payment_method": method} if method else {}
    answer = payment.call(new_id(), "payment.charge", order)
    assert (answer.status_code, answer.json()["type"]) == (200, "PaymentNotAuthorized"), answer.text


def test_an_authorised_payment_is_captured_once_and_then_refunded(payment, stripe, order):
    order_id = new_id()
    charged = payment.call(order_id, "payment.charge", order, capture="later").json()
    intent = f"/v1/payment_intents/{charged['reference']}"
    assert stripe.ask("GET", intent)["status"] == "requires_capture"
    for _ in range(2):
        assert payment.call(order_id, "payment.capture", order).json() == {"type": "PaymentCaptured",
                                                                           "reference": charged["reference"]}
    assert stripe.ask("GET", intent)["status"] == "succeeded"
    assert payment.call(order_id, "payment.undo", order, **undo_of(order_id)).json()["type"] == "PaymentRefunded"
    assert len(stripe.refunds()) == 1


def test_an_authorised_payment_is_voided(payment, stripe, order):
    order_id = new_id()
    charged = payment.call(order_id, "payment.charge", order, capture="later").json()
    assert payment.call(order_id, "payment.undo", order, **undo_of(order_id)).json()["type"] == "PaymentRefunded"
    assert stripe.ask("GET", f"/v1/payment_intents/{charged['reference']}")["status"] == "canceled"
    assert stripe.refunds() == []
    assert payment.call(order_id, "payment.capture", order).status_code == 422


@pytest.mark.parametrize("step, cut", [("/v1/payment_intents", "cut"), ("/confirm", "cut"), ("/v1/payment_intents", "fail"),
                                       ("/confirm", "fail")])
def test_an_outcome_that_is_unknown_is_found_out_and_nothing_is_charged_twice(payment, stripe, order, step, cut):
    """Stripe does it and its answer is lost, or a 500 is what it says and will say again for that key of its own."""
    order_id = new_id()
    setattr(stripe, f"{cut}_behind", step)
    first = payment.call(order_id, "payment.charge", order)
    assert first.status_code in (200, 502), first.text  # the SDK may have tried again by itself
    answer = payment.call(order_id, "payment.charge", order)
    assert (answer.status_code, answer.json()["type"]) == (200, "PaymentConfirmed"), answer.text
    assert [intent["status"] for intent in stripe.intents()].count("succeeded") == 1


@pytest.mark.parametrize("step", ["/v1/payment_intents", "/confirm"])
def test_killed_behind_the_effect_it_goes_on_where_it_was(payment, stripe, order, step):
    order_id = new_id()
    passed_on = stripe.pass_on

    def pass_on(method, path, *rest):
        answer = passed_on(method, path, *rest)
        if method == "POST" and path.endswith(step):
            payment.process.kill()
        return answer

    stripe.pass_on = pass_on
    with pytest.raises(requests.ConnectionError):
        payment.call(order_id, "payment.charge", order)
    stripe.pass_on = passed_on
    payment.start()
    answer = payment.call(order_id, "payment.charge", order).json()
    assert answer["type"] == "PaymentConfirmed"
    assert [intent["status"] for intent in stripe.intents()].count("succeeded") == 1
    known = json.loads(payment.tool("--look-up", f"{order_id}.payment.charge").stdout)
    assert (known["intent"], known["stripe"]) == (answer["reference"], "succeeded")


def test_a_refund_whose_answer_was_lost_is_not_made_again(payment, stripe, order):
    order_id = new_id()
    payment.call(order_id, "payment.charge", order)
    stripe.cut_behind = "/v1/refunds"
    first = payment.call(order_id, "payment.undo", order, **undo_of(order_id))
    assert first.status_code in (200, 502), first.text
    assert payment.call(order_id, "payment.undo", order, **undo_of(order_id)).json()["type"] == "PaymentRefunded"
    assert len(stripe.refunds()) == 1


def test_the_engines_key_is_not_handed_on(payment, stripe, order):
    order_id = new_id()
    payment.call(order_id, "payment.charge", order)
    payment.call(order_id, "payment.undo", order, **undo_of(order_id))
    assert stripe.keys
    assert not any(key and order_id in key for key in stripe.keys)


def test_the_shim_has_stripes_key_semantics(stripe, order):
    def create(key, amount=100):
        return requests.post(f"{stripe.url}/v1/payment_intents", {"amount": amount, "currency": "usd"}, timeout=30,
                             headers={"Authorization": "Bearer sk_test_1", "Idempotency-Key": key})
    assert create("a").json()["id"] == create("a").json()["id"]
    assert create("a", 200).status_code == 400
    stripe.fail_behind = "/v1/payment_intents"
    assert (create("b").status_code, create("b").status_code) == (500, 500)
    stripe.keep_seconds = -1
    first = create("c").json()["id"]
    assert create("c").json()["id"] != first


def test_a_parcel_that_has_left_is_not_called_back(carrier):
    order_id, order = new_id(), {"shipping": {"name": "Ada Lovelace", "city": "London"}}
    shipped = carrier.call(order_id, "shipping.ship", order).json()
    assert carrier.labels() == [f"{shipped['trackingNumber']}.txt"]
    assert carrier.tool("--hand-over", shipped["trackingNumber"]).returncode == 0
    assert carrier.call(order_id, "shipping.recall", order, undoes=f"{order_id}.shipping.ship").json() == shipped
    assert carrier.call(order_id, "shipping.ship", order).json() == shipped


def test_a_parcel_that_was_called_back_does_not_leave(carrier):
    order_id, order = new_id(), {"shipping": {"name": "Ada Lovelace", "city": "London"}}
    shipped = carrier.call(order_id, "shipping.ship", order).json()
    carrier.process.kill()
    carrier.start()
    assert carrier.call(order_id, "shipping.ship", order).json() == shipped
    recalled = carrier.call(order_id, "shipping.recall", order, undoes=f"{order_id}.shipping.ship").json()
    assert recalled == {"type": "ShippingRecalled", "reference": shipped["trackingNumber"]}
    assert carrier.labels() == []
    assert carrier.tool("--hand-over", shipped["trackingNumber"]).returncode == 1


def test_an_order_without_an_address_is_not_shipped(carrier):
    assert carrier.call(new_id(), "shipping.ship", {}).json() == {"type": "ShippingFailed", "reason": "no address"}


def test_a_tracking_number_has_the_check_digit_of_s10(carrier):
    shipped = carrier.call(new_id(), "shipping.ship", {"shipping": {"name": "Ada"}}).json()
    digits = [int(digit) for digit in shipped["trackingNumber"][2:11]]
    remainder = sum(digit * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7))) % 11
    assert digits[8] == {0: 5, 1: 0}.get(remainder, 11 - remainder)
