"""Malformed requests by the thousand, from a seed, each with the answers that the contract allows for it.

A `Case` is the segments to send and the statuses that may come back; `close` says whether a close without an answer is allowed
too, `closes` that the connection must end with the answer. Nothing here is acceptable, so no case allows a 2xx but those of
`whole()`, which are good requests in odd segments.
"""

from dataclasses import dataclass

from .raw import post, request

FIELDS = {"userId": '"u-1"', "userEmail": '"you@example.com"', "item": '"keyboard"', "amount": "49.99"}
INVALID = frozenset({400, 422})


@dataclass(frozen=True)
class Case:
    name: str
    pieces: tuple
    allowed: frozenset
    close: bool = False
    closes: bool = False


def render(fields):
    return ("{" + ",".join(f'"{name}":{value}' for name, value in fields.items()) + "}").encode()


GOOD = render(FIELDS)


def with_field(name, value):
    return render({**FIELDS, name: value})


def lines(*items, **more):
    return render({"userId": '"u-1"', "userEmail": '"you@example.com"', "items": "[" + ",".join(items) + "]", **more})


def line(sku='"a"', quantity="1", price='"1.00"'):
    return f'{{"sku":{sku},"quantity":{quantity},"price":{price}}}'


MONEY = ["-1", "+1", "-0.01", "0.001", "1e2", "1E2", "1.0e1", "1.", ".5", "01", "00", "1,00", "NaN", "Infinity", "-0",
         "1000000000001", "10000000000.01", "99999999999999999999999", "9" * 400, "0x10", "1_000", "--1", "1.2.3", "true", "false",
         "null", "[]", "{}", "[49.99]", '""', '" "', '"49.99 "', '" 49.99"', '"+49.99"', '"-1"', '"1e2"',
         '"0.001"', '"abc"', '"NaN"', '"1,00"', '"1."', '".5"', '"01"', '"$1"', '"1\\u0000"', '"\\uff11"', '"' + "9" * 400 + '"',
         "49.999", "49.9901", '"49.9901"', "0.0000000000000000000001", "18446744073709551616", "9223372036854775808.00"]
EMAILS = ["", "a", "@", "a@", "@b", "a b@example.com", "a@@example.com", "a@exa mple.com", "a@example..com", ".a@example.com",
          "a..b@example.com", "a@-example.com", "a@example.com\\r\\nBcc: b@example.com", "a@example.com\\n", "a@example.com\\u0000",
          "<a@example.com>", "A <a@example.com>", "a@example.com,b@example.com", "a@example.com;b@example.com", "a>b@example.com",
          "a@ex<ample.com", "a" * 300 + "@example.com", "a@" + "b" * 300 + ".com", "a@b\\tc.com", "\\u0001@example.com"]
TYPES = ["null", "true", "false", "5", "-1.5", "[]", "{}", '["x"]', '{"x":1}', '""']


def bad_values():
    for value in MONEY:
        yield f"amount {value[:24]}", with_field("amount", value)
    for value in EMAILS:
        yield f"userEmail {value[:24]}", with_field("userEmail", f'"{value}"')
    for name in FIELDS:
        for value in TYPES:
            if not (name == "amount" and value == "5"):
                yield f"{name} of wrong type {value}", with_field(name, value)
        yield f"{name} absent", render({key: value for key, value in FIELDS.items() if key != name})
        yield f"{name} twice", GOOD[:-1] + f',"{name}":{FIELDS[name]}}}'.encode()
        yield f"{name} twice, once escaped", GOOD[:-1] + f',"\\u{ord(name[0]):04x}{name[1:]}":{FIELDS[name]}}}'.encode()
        yield f"{name} in other case", render({(key.upper() if key == name else key): v for key, v in FIELDS.items()})
    for name in ("surprise", "", "orderid", "user", "__proto__", "items ", "a" * 1000):
        yield f"unknown key {name[:20]!r}", with_field(name, "1")
    for value in ('"u' + "x" * 128 + '"', '"a\\nb"', '"a\\u0000b"', '"\\u007f"', '"a\\tb"', '"\\u001b[0m"'):
        yield "userId out of bounds", with_field("userId", value)
    yield "NUL in item", with_field("item", '"\\u0000"')
    for value in ('"XYZ"', '"usd"', '"US"', '"USDX"', '""', "5", "null", '"US\\u0000"'):
        yield f"currency {value}", with_field("currency", value)
    for value in ('""', '"x"', "5", "null", "[]", '"a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3bZ"', '"a7f3e2c9"'):
        yield f"orderId {value}", with_field("orderId", value)
    yield "yen with cents", render({**FIELDS, "currency": '"JPY"', "amount": "49.99"})
    yield "item and items", GOOD[:-1] + b',"items":[' + line().encode() + b"]}"
    yield "no lines", lines()
    yield "101 lines", lines(*[line(sku=f'"s{number}"') for number in range(101)])
    yield "items no list", render({"userId": '"u"', "userEmail": '"a@example.com"', "items": line()})
    for quantity in ("0", "-1", "1.5", '"1"', "null", "true", "1e3", "99999999999", "18446744073709551617", "[]"):
        yield f"quantity {quantity}", lines(line(quantity=quantity))
    for price in ('"-1"', '"0.001"', "null", '"x"', "1e2", "[]", "true", '""', "99999999999999"):
        yield f"price {price}", lines(line(price=price))
    for sku in ('""', "5", "null", '"\\u0000"', "[]"):
        yield f"sku {sku}", lines(line(sku=sku))
    for bad in ("5", "null", "[]", '"a"', "{}", '{"sku":"a"}', '{"sku":"a","quantity":1}', '{"quantity":1,"price":1}',
                '{"sku":"a","quantity":1,"price":1,"x":1}', '{"sku":"a","sku":"a","quantity":1,"price":1}'):
        yield f"line {bad}", lines(bad)
    yield "sum differs", lines(line(), line(sku='"b"'), amount="2.01")
    yield "sum overflows", lines(*[line(sku=f'"s{number}"', quantity="1000000", price="9999999999.99") for number in range(100)])


def bad_json():
    for text in (b"", b" ", b"\n", b"null", b"true", b"5", b'"x"', b"[]", b"[" + GOOD + b"]", b"{}", b"{", b"}", b"[", b"]", b"{]",
                 b"'", b"{,}", b'{"a"}', b'{"a":}', b"{:1}", b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD, b"\xff\xfe" + GOOD.decode().encode("utf-16-le"),
                 GOOD + b"x", GOOD + GOOD, GOOD + b"," + GOOD, GOOD + b"\n" + GOOD, GOOD + b"}", GOOD + b"]", GOOD + b",",
                 GOOD + b"\x00", b"\x00" + GOOD, b"//c\n" + GOOD, GOOD + b"/**/", GOOD.replace(b'"', b"'"), GOOD.replace(b":", b"="),
                 GOOD.replace(b",", b";"), GOOD.replace(b",", b",,"), GOOD.replace(b",", b" "), GOOD.replace(b":", b"::"),
                 GOOD[:-1] + b",}", GOOD.replace(b'"userId"', b"userId"), GOOD.replace(b"49.99", b"49.99abc"),
                 GOOD.replace(b"49.99", b"49.99 1"), GOOD.replace(b"keyboard", b"key\nboard"), GOOD.replace(b"keyboard", b"key\tboard"),
                 GOOD.replace(b"keyboard", b"key\x00board"), GOOD.replace(b"keyboard", b"key\\xboard"),
                 GOOD.replace(b"keyboard", b"\\u12"), GOOD.replace(b"keyboard", b"\\ud800"), GOOD.replace(b"keyboard", b"\\udc00\\ud800"),
                 GOOD.replace(b"keyboard", b"\\ud800x"), GOOD.replace(b"keyboard", b'key"board')):
        yield "bad json", text
    for bad in (b"\x80", b"\xff", b"\xfe", b"\xc3", b"\xc0\xaf", b"\xe2\x82", b"\xed\xa0\x80", b"\xf0\x82\x82\xac", b"\xf8\x88\x80\x80\x80",
                b"\xf4\x90\x80\x80", b"\xc1\xbf", b"\xe0\x80\xaf"):
        for field in (b"keyboard", b"u-1", b"you@", b"amount", b"item"):
            yield "bad utf-8", GOOD.replace(field, field + bad, 1)
    for depth in (2, 10, 100, 1000, 5000, 30000):
        yield f"nested {depth} lists", with_field("item", "[" * depth + "]" * depth)
        yield f"open {depth} lists", b"[" * depth
        if depth <= 5000:
            yield f"nested {depth} objects", with_field("item", '{"a":' * depth + "1" + "}" * depth)
            yield f"skipped {depth} lists", with_field("surprise", "[" * depth + "]" * depth)
    for cut in range(len(GOOD)):
        yield f"cut at {cut}", GOOD[:cut]
        yield f"without byte {cut}", GOOD[:cut] + b"\x01" + GOOD[cut + 1:]


BAD_HEADS = [
    ("CL and TE", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("TE and CL", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    ("two CL", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}   "),
    ("two equal CL", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n{}   "),
    ("CL list", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5, 5\r\n\r\n{}   "),
    ("CL signed", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\n{}   "),
    ("CL negative", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
    ("CL hex", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x5\r\n\r\n{}   "),
    ("CL empty", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: \r\n\r\n"),
    ("CL words", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: five\r\n\r\n"),
    ("CL overflow", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18446744073709551621\r\n\r\n{}   "),
    ("two hosts", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\n"),
    ("two equal hosts", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),
    ("no host", b"GET /livez HTTP/1.1\r\nAccept: */*\r\n\r\n"),
    ("obs-fold", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: one\r\n two\r\n\r\n"),
    ("obs-fold with tab", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: one\r\n\ttwo\r\n\r\n"),
    ("fold of the first header", b"GET /livez HTTP/1.1\r\n Host: localhost\r\n\r\n"),
    ("bare CR in a value", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n"),
    ("bare CR as an end", b"GET /livez HTTP/1.1\rHost: localhost\r\r"),
    ("bare LF as an end", b"GET /livez HTTP/1.1\nHost: localhost\n\n"),
    ("one bare LF", b"GET /livez HTTP/1.1\r\nHost: localhost\nX: b\r\n\r\n"),
    ("NUL in a value", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n"),
    ("NUL in a name", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX\x00Y: a\r\n\r\n"),
    ("NUL in the target", b"GET /liv\x00ez HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("space before the colon", b"GET /livez HTTP/1.1\r\nHost : a\r\n\r\n"),
    ("space in a name", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX Y: a\r\n\r\n"),
    ("no colon", b"GET /livez HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n"),
    ("empty name", b"GET /livez HTTP/1.1\r\nHost: localhost\r\n: x\r\n\r\n"),
    ("TE twice", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    ("TE not last chunked", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    ("TE unknown", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("chunk size words", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n"),
    ("chunk size negative", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n"),
    ("chunk too long", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n"),
    ("chunk with bare LF", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n"),
    ("chunk size overflow", b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                            b"10000000000000002\r\n{}\r\n0\r\n\r\n"),
    ("no version", b"GET /livez\r\nHost: localhost\r\n\r\n"),
    ("bad version", b"GET /livez HTTP/9.9\r\nHost: localhost\r\n\r\n"),
    ("version in lower case", b"GET /livez http/1.1\r\nHost: localhost\r\n\r\n"),
    ("no target", b"GET HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("two spaces", b"GET  /livez  HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("space in the target", b"GET /live z HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("TLS hello", bytes.fromhex("16030100") + b"\xc8\x01\x00\x00\xc4\x03\x03" + b"\x5a" * 13),
    ("redis command", b"*1\r\n$4\r\nPING\r\n"),
]
# A head may be refused in these ways: as bad, as a method or version or coding that is not known.
HEAD = frozenset({400, 405, 501, 505})
# A size beyond every integer is too large as well as no number; a TLS hello may be waited out, for it ends no line.
BESIDES = {"chunk size overflow": {413}, "TLS hello": {408}}


def bad_heads():
    for name, text in BAD_HEADS:
        allowed = HEAD | BESIDES.get(name, set())
        yield Case(name, (text,), allowed, close=True, closes=True)
        for at in range(1, len(text)):
            yield Case(f"{name}, split at {at}", (text[:at], text[at:]), allowed, close=True, closes=True)


def whole():
    """Requests without a fault, split at every byte: each is answered as if it had come in one piece."""
    chunked = (b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ite\r\n9;x=y\r\nm\":\"keyb\"\r\n"
               b"1\r\n}\r\n0\r\nTrailer: t\r\n\r\n")
    for name, text, status in (("livez", request(target="/livez", headers=["Accept: */*"]), 200),
                               ("unknown order", request(target="/v1/orders/a7f3e2c9-8b1f-4d23-bb0f-9a1e97c1a3b2"), 404),
                               ("amount below zero", post(with_field("amount", "-1")), 422),
                               ("chunked without fields", chunked, 422),
                               ("text", post(GOOD, ["Content-Type: text/plain"]), 415)):
        for at in range(1, len(text)):
            yield Case(f"{name}, split at {at}", (text[:at], text[at:]), frozenset({status, 400} if status == 422 else {status}))


def oversized():
    for size in (16 * 1024 + 1, 20_000, 64_000, 300_000):
        yield Case(f"header of {size}", (request(headers=["X: " + "a" * size]),), frozenset({431}), close=True, closes=True)
        yield Case(f"name of {size}", (request(headers=["a" * size + ": x"]),), frozenset({431}), close=True, closes=True)
        yield Case(f"target of {size}", (request(target="/" + "a" * size),), frozenset({414, 431}), close=True, closes=True)
        yield Case(f"endless head of {size}", (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * (size // 6),),
                   frozenset({431}), close=True, closes=True)
    for count in (100, 101, 1000):
        yield Case(f"Host and {count} headers", (request(headers=[f"X{number}: y" for number in range(count)]),),
                   frozenset({431}), close=True, closes=True)
    for size in (64 * 1024 + 1, 100_000, 1_000_000):
        yield Case(f"body of {size}", (post(b" " * size),), frozenset({413}), close=True, closes=True)
        yield Case(f"body of {size} announced", (post(b" " * size)[:200],), frozenset({413}), close=True, closes=True)
        chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
        yield Case(f"chunked body of {size}",
                   (b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", chunk * (size // 4096 + 1)),
                   frozenset({413}), close=True, closes=True)
    yield Case("body of a terabyte announced", (b"POST /v1/orders HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1099511627776\r\n\r\n",),
               frozenset({413}), close=True, closes=True)


def wrong_routes():
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "PURGE", "BREW", "QUERY", "DESCRIBE", "get"):
        for target in ("/v1/orders", "/create-order", "/livez", "/v1/events", "/metrics", "/openapi.json"):
            close = method == "CONNECT"
            yield Case(f"{method} {target}", (request(method, target),), frozenset({405, 501} | ({400} if close else set())), close=close)
    for target in ("/v1", "/v1/", "/v1/orders/", "/v1/orders/x", "/v1/orders/a/b/c", "//v1/orders", "/v1/orders/..", "/../etc/passwd",
                   "/v1/orders%00", "/%2e%2e/", "/create-order/", "/V1/orders", "/v1/orders;x", "*", "http://localhost/v1", "/v1/ordersx"):
        for method in ("GET", "POST"):
            body = GOOD if method == "POST" else None
            yield Case(f"{method} {target}", (request(method, target, body, ["Content-Type: application/json"] if body else []),),
                       frozenset({400, 404, 405}), close=True)
    for kind in ("text/plain", "application/xml", "application/jsonx", "application/x-www-form-urlencoded", "json", "", "/", ";", "*/*",
                 "application/json2", "text/json-but-not", "multipart/form-data; boundary=a"):
        yield Case(f"content type {kind}", (post(GOOD, [f"Content-Type: {kind}"]),), frozenset({415, 400}))
    for key in ("", '""', "k" * 256, '"open', "k\x7f", "k\u00ff"):
        yield Case("bad key", (post(GOOD, ["Content-Type: application/json", f"Idempotency-Key: {key}".encode("latin-1")]),),
                   frozenset({400, 422}), close=True)


def mutated(random, count):
    """A good request with some bytes overwritten so that it cannot be good: the body's last brace is always among them."""
    original = bytearray(post(GOOD))
    for number in range(count):
        text = bytearray(original)
        for _ in range(random.randint(0, 4)):
            text[random.randrange(len(text) - 1)] = random.randrange(256)
        text[-1] = random.choice(b"\x00\x01]){x,")
        yield Case(f"mutation {number}", (bytes(text),), HEAD | {403, 404, 405, 408, 411, 413, 415, 422, 431}, close=True)


def noise(random, count):
    for number in range(count):
        yield Case(f"noise {number}", (random.randbytes(random.randint(1, 400)) + b"\r\n\r\n",), HEAD, close=True)


def bodies(random, count):
    """Every bad body once, then again in other company: other order of the good fields around it, other white space."""
    known = [*bad_values(), *bad_json()]
    for name, body in known:
        yield Case(name, (post(body),), INVALID | ({413} if len(body) > 60_000 else set()))
    values = [(name, body) for name, body in bad_values() if len(body) < 4000]
    for number in range(count):
        name, body = random.choice(values)
        spaced = random.choice((b" ", b"\n", b"\t", b"\r\n")) * random.randint(0, 3)
        sent = post(spaced + body + spaced)
        cut = random.randint(1, len(sent) - 1)
        yield Case(f"{name}, again {number}", (sent[:cut], sent[cut:]), INVALID)


def all_cases(random):
    cases = [*bad_heads(), *whole(), *oversized(), *wrong_routes()]
    cases += [*noise(random, 1100), *mutated(random, 2800), *bodies(random, 2700)]
    random.shuffle(cases)
    return cases

