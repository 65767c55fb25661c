"""The views of the desk, by the end of their address."""

VIEWS = {"now": "#/now", "orders": "#/orders", "person": "#/person", "stock": "#/stock", "place": "#/place", "events": "#/events"}


def views_of(engine):
    return {**VIEWS, "order": f"#/orders/{engine.names['completed']}", "order-parked": f"#/orders/{engine.names['parked']}"}


# What each view says once it has asked; of `shop`.
SHOWN = {"now": "Redis", "orders": "Page 1", "person": "glass vase", "stock": "keyboard", "place": "curl", "events": "OrderParked",
         "order": "NotificationSent", "order-parked": "OrderParked"}
