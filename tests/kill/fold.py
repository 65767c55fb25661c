"""The history that the topic holds, folded a second time: written from the contract, sharing nothing with the engine.

A record that does not fit what came before is a finding; the fold goes on behind it as well as it can."""

from dataclasses import dataclass, field
from datetime import datetime

from orders import SAID

FORWARDS = {
    (None, "OrderPlaced"): "placed",
    ("placed", "PaymentConfirmed"): "paid",
    ("paid", "InventoryUpdated"): "reserved",
    ("reserved", "ShippingConfirmed"): "shipped",
    ("shipped", "NotificationSent"): "completed",
    ("shipped", "NotificationFailed"): "completed",
    ("capturing", "PaymentCaptured"): "captured",
    ("captured", "NotificationSent"): "completed",
    ("captured", "NotificationFailed"): "completed",
}
BACKWARDS = {
    ("placed", "PaymentNotAuthorized"): "cancelling",
    ("paid", "InventoryInsufficient"): "refunding",
    ("reserved", "ShippingFailed"): "releasing",
    ("placed", "OrderCancelRequested"): "cancelling",
    ("paid", "OrderCancelRequested"): "refunding",
    ("reserved", "OrderCancelRequested"): "releasing",
    ("placed", "PaymentUnresolved"): "refunding",
    ("reserved", "ShippingUnresolved"): "recalling",
    ("recalling", "ShippingRecalled"): "releasing",
    ("releasing", "InventoryReleased"): "refunding",
    ("refunding", "PaymentRefunded"): "cancelling",
    ("refunding", "OrderParked"): "parked",
    ("parked", "OrderResumed"): "refunding",
    ("cancelling", "OrderCancelled"): "undone",
    ("undone", "NotificationSent"): "cancelled",
    ("undone", "NotificationFailed"): "cancelled",
}
MAIL_AGAIN = {
    (end if event == "MailRequested" else f"{end}, mail again", event): f"{end}, mail again" if event == "MailRequested" else end
    for end in ("completed", "cancelled") for event in ("MailRequested", "NotificationSent", "NotificationFailed")
}
LEGAL = FORWARDS | BACKWARDS | MAIL_AGAIN
ENDED = ("completed", "cancelled")


@dataclass
class Order:
    order_id: str
    tag: str = ""
    amount_minor: int = 0
    lines: dict = field(default_factory=dict)  # sku -> quantity
    state: str | None = None
    steps: list = field(default_factory=list)  # (type, time, offset)
    captured: int = 0
    refunded: int = 0
    reserved: dict = field(default_factory=dict)  # sku -> quantity taken from stock and not given back
    said: dict = field(default_factory=dict)  # what it says beside its lines
    capture_later: bool = False
    turns: set = field(default_factory=set)  # that its events gave somebody
    reference: str = ""  # of its payment
    tracking: str = ""
    mail_step: int = 0  # of the last MailRequested
    mails: list = field(default_factory=list)  # the mail_step of each that was sent

    @property
    def status(self):
        """As the outside is told it."""
        return "cancelling" if self.state == "undone" else self.state and self.state.removesuffix(", mail again")

    def has(self, event):
        return any(kind == event for kind, _, _ in self.steps)

    def ended_by(self, when):
        """Whether its last event is of that time (seconds since 1970) or before, and its end."""
        return self.state in ENDED and datetime.fromisoformat(self.steps[-1][1]).timestamp() <= when


class Fold:
    def __init__(self, valid, anew=False):
        """`anew`: the id of an order that has ended may be placed again, for Redis has thrown its document away."""
        self.anew = anew
        self.orders = {}  # id -> the last of that id
        self.lives = {}  # id -> all of that id
        self.stock = {}  # sku -> free
        self.sets = []  # (sku, on hand)
        self.places = []  # (offset, epoch, seq) of the last event, and of openings behind it that nothing followed
        self.findings = []
        for record in valid:
            self._take(record)
        for lives in self.lives.values():
            for order in lives:
                self._settle(order)

    def _find(self, record, what):
        self.findings.append(f"offset {record.offset}, {record.attributes.get('id')} {record.type}: {what}")

    def _take(self, record):
        if record.type == "EpochStarted":
            self.places.append((record.offset, record.offset, 0))
            return
        self.places = [(record.offset, int(record.attributes["epoch"]), int(record.attributes["seq"]))]
        data = record.event.get_data() or {}
        if record.type == "StockSet":
            if record.key != data["sku"]:
                self._find(record, f"its key is {record.key}")
            self.sets.append((data["sku"], data["onHand"]))
            self.stock[data["sku"]] = data["onHand"]
            return
        self._take_order(record, data)

    def _take_order(self, record, data):
        order_id, _, number = record.attributes["id"].rpartition(".")
        order = self.orders.get(order_id)
        if order is None or self.anew and record.type == "OrderPlaced" and order.state in ENDED:
            order = self.orders[order_id] = Order(order_id)
            self.lives.setdefault(order_id, []).append(order)
        if not record.key == record.attributes.get("subject") == data.get("orderId") == order_id:
            self._find(record, "key, subject, orderId and id are not of one order")
        if int(number) != len(order.steps) + 1:
            self._find(record, f"it is step {number}, and {len(order.steps)} were there")
        cause = f"{order_id}.{int(number) - 1}" if int(number) > 1 else None
        if record.attributes.get("causationid") != cause:
            self._find(record, f"its causationid is {record.attributes.get('causationid')}")
        following = LEGAL.get((order.state, record.type))
        if following == "shipped" and order.capture_later:
            following = "capturing"
        if following is None:
            self._find(record, f"not legal in {order.state}")
        else:
            order.state = following
        order.steps.append((record.type, record.attributes["time"], record.offset))
        order.turns.add(record.attributes.get("turn"))
        act = getattr(self, "_" + record.type, None)
        if act:
            try:
                act(record, order, data)
            except KeyError as missing:
                self._find(record, f"its data has no {missing}: {data}")

    def _OrderPlaced(self, record, order, data):
        order.tag = data["userId"]
        order.amount_minor = data["amountMinor"]
        order.capture_later = data.get("capture") == "later"
        order.said = {name: data[name] for name in SAID if name in data}
        for line in data["items"] if "items" in data else [{"sku": data["item"], "quantity": 1}]:
            if line.get("stocked", True):
                order.lines[line["sku"]] = order.lines.get(line["sku"], 0) + line["quantity"]

    def _PaymentConfirmed(self, record, order, data):
        order.captured += data["amountMinor"]
        order.reference = data["reference"]

    def _PaymentUnresolved(self, record, order, data):
        order.captured += order.amount_minor  # for all that anybody knows
        if data["key"] != f"{order.order_id}.payment.charge":
            self._find(record, f"its key is {data['key']}")

    def _PaymentCaptured(self, record, order, data):
        if data["amountMinor"] != order.amount_minor:
            self._find(record, f"takes {data['amountMinor']} of {order.amount_minor}")

    def _ShippingConfirmed(self, record, order, data):
        order.tracking = data["trackingNumber"]

    def _MailRequested(self, record, order, data):
        order.mail_step = len(order.steps)

    def _NotificationSent(self, record, order, data):
        order.mails.append(order.mail_step)

    def _PaymentRefunded(self, record, order, data):
        order.refunded += data["amountMinor"]

    def _InventoryUpdated(self, record, order, data):
        asked = {}
        for line in data["lines"]:
            sku, quantity = line["sku"], line["quantity"]
            asked[sku] = asked.get(sku, 0) + quantity
            if sku not in self.stock:
                continue
            self.stock[sku] -= quantity
            order.reserved[sku] = order.reserved.get(sku, 0) + quantity
            if self.stock[sku] < 0:
                self._find(record, f"oversold: {sku} is at {self.stock[sku]}")
            if line.get("left") != self.stock[sku]:
                self._find(record, f"{sku} is said to be at {line.get('left')}, and is at {self.stock[sku]}")
        if asked != order.lines:
            self._find(record, f"reserved {asked} of {order.lines}")

    def _InventoryReleased(self, record, order, data):
        for line in data["lines"]:
            sku, quantity = line["sku"], line["quantity"]
            taken = order.reserved.pop(sku, 0)
            if taken == 0:
                continue  # not tracked when it was asked for
            if taken != quantity:
                self._find(record, f"gives back {quantity} of {sku}, and had {taken}")
            self.stock[sku] += quantity
            if line.get("left") != self.stock[sku]:
                self._find(record, f"{sku} is said to be at {line.get('left')}, and is at {self.stock[sku]}")

    def _InventoryInsufficient(self, record, order, data):
        if all(self.stock.get(sku, quantity) >= quantity for sku, quantity in order.lines.items()):
            self._find(record, f"there was enough of {order.lines}: {self.stock}")

    def _settle(self, order):
        say = f"order {order.order_id} ({order.tag})"
        if order.state not in ENDED:
            self.findings.append(f"{say} has not ended: {order.status} after {[kind for kind, _, _ in order.steps]}")
        cost = order.amount_minor if order.state == "completed" else 0
        if order.state in ENDED and order.captured - order.refunded != cost:
            self.findings.append(f"{say} is {order.state}: captured {order.captured}, refunded {order.refunded}, costs {cost}")
        if order.captured not in (0, order.amount_minor):
            self.findings.append(f"{say}: captured {order.captured} of {order.amount_minor}")
        if order.state == "cancelled" and order.reserved:
            self.findings.append(f"{say} is cancelled and keeps {order.reserved}")
