"""What the clients order: in the short of it lines and a price, and often more that an order may say."""

import json
import uuid

SKUS = ("keyboard", "mouse", "glass-1")  # tracked from the first PUT on; "book" never is
SAID = ("reference", "shipping", "payment", "metadata", "discount")


def money(minor):
    return f"{minor // 100}.{minor % 100:02}"


class Order:
    """`card` and `declined` are payment methods, where somebody outside takes the payment."""

    def __init__(self, draw, client, count, own_id, card=None, declined=None):
        self.tag = f"{client}-{count}"
        self.order_id = str(uuid.UUID(int=draw.getrandbits(128), version=4)) if own_id else ""
        lines = [{"sku": sku, "quantity": draw.randint(1, 3), "price": money(draw.randint(100, 9999))}
                 for sku in draw.sample((*SKUS, "book"), draw.choice((1, 1, 1, 2)))]
        if draw.random() < 0.2:
            lines.append({"sku": draw.choice(("postage", "mouse")), "quantity": 1, "price": "4.50", "stocked": False})
        total = sum(line["quantity"] * int(line["price"].replace(".", "")) for line in lines)
        self.said = self._more(draw, client, total, card, declined)
        self.amount_minor = total - int(self.said.get("discount", "0").replace(".", ""))
        document = {"userId": self.tag, "userEmail": f"c{client}@example.com", "items": lines, **self.said}
        if own_id:
            document["orderId"] = self.order_id
        self.body = json.dumps(document)

    def _more(self, draw, client, total, card, declined):
        said = {}
        if draw.random() < 0.95:
            said["shipping"] = {"name": f"Client {client}", "city": draw.choice(("London", "Zürich", "Łódź"))}
        if card:
            said["payment"] = {"payment_method": draw.choices((card, declined), (92, 8))[0]}
        elif draw.random() < 0.3:
            said["payment"] = {"token": f"tok_{self.tag}"}
        if draw.random() < 0.3:
            said["reference"] = f"R-{self.tag}"
        if draw.random() < 0.3:
            said["metadata"] = {"cart": [self.tag, {"deep": [1.5, None, True]}], "text": "<&> \"\\"}
        if draw.random() < 0.2:
            # Now and then all of it: then nobody is asked to pay.
            said["discount"] = money(total if draw.random() < 0.2 else draw.randint(1, total - 1))
        return said
