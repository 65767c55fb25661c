"""A second engine on the same topic replaces the first, which notices by its own acks and says nothing more."""

from harness.shop import shop_order
from harness.topic import valid
from harness.wait import free_port

REPLACED = 75


def test_a_replaced_engine_answers_504_and_ends_with_75(world, way_to_redis):
    first = world.engine(way_to_redis.config).start()
    first.completed(first.post(shop_order()).json()["orderId"])
    way_to_redis.close()
    second = world.engine({"http": {"listen": f"127.0.0.1:{free_port()}"}}, ["--takeover"]).start()

    answer = first.post(shop_order())
    assert answer.status_code == 504, answer.text
    assert answer.json()["type"].endswith("outcome-unknown")
    assert first.process.wait(20) == REPLACED
    lost = answer.json()["orderId"]
    assert answer.headers["Location"] == f"/v1/orders/{lost}"

    kept = second.post(shop_order()).json()["orderId"]
    assert second.completed(kept)
    assert second.get(f"/v1/orders/{lost}").status_code == 404  # it never came to be
    assert second.stop() == 0
    assert not any(lost in mail.message_id for mail in world.smtp.mails())
    assert lost not in {record.key for record in valid(world.records())}


def test_a_level_set_at_a_replaced_engine_is_unknown_and_never_came_to_be(world, way_to_redis):
    first = world.engine(way_to_redis.config).start()
    way_to_redis.close()
    second = world.engine({"http": {"listen": f"127.0.0.1:{free_port()}"}}, ["--takeover"]).start()
    answer = first.put_stock("keyboard", 5)
    assert answer.status_code == 504, answer.text
    assert answer.json()["type"] == "/problems/outcome-unknown"
    assert first.process.wait(20) == REPLACED
    assert second.stock("keyboard") is None
    assert second.stop() == 0
