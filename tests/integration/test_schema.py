"""The served OpenAPI document and the parser say the same: what the document allows is taken, what it forbids is refused,
and every answer is one that it names. Money is narrowed to what its schema cannot say (sums, a currency's digits)."""

import copy
import re
import sys
import uuid
from decimal import Decimal

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

load_all_checks()
CHECKED = CHECKS.get_by_names([
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "negative_data_rejection", "positive_data_acceptance"])
ANSWERS = "/v1/orders/{orderId}/answers"
# Not the streams, which do not end.
PLAIN = [("/v1/orders", "GET"), ("/v1/orders/{orderId}", "GET"), ("/v1/orders/{orderId}/cancel", "POST"),
         ("/v1/orders/{orderId}/retry", "POST"), ("/v1/orders/{orderId}/mail", "POST"), ("/v1/orders/{orderId}/mails", "GET"), ("/problems/{type}", "GET"),
         ("/livez", "GET"), ("/readyz", "GET"), ("/metrics", "GET")]
ROUTES = [("/v1/orders", "POST"), ("/v1/stock/{sku}", "PUT"), (ANSWERS, "POST"), ("/v1/stock/{sku}", "GET")]


@pytest.fixture
def document(shared_engine):
    return requests.get(f"{shared_engine.base}/openapi.json", timeout=10).json()


def all_but(characters):
    """The character class as what is left out of it: of one with many ranges, strings are drawn five times as slowly."""
    left_out, first = "", 0
    ranges = sorted((ord(low), ord(high or low)) for low, high in re.findall("(.)(?:-(.))?", characters[1:-1]))
    for low, high in [*ranges, (sys.maxunicode + 1, sys.maxunicode + 1)]:
        first = 0xE000 if first == 0xD800 else first  # surrogates are never drawn
        if first < low:
            left_out += f"{chr(first)}-{chr(low - 1)}"
        first = high + 1
    return f"[^{left_out}]"


def quick(document):
    """Without the joiners in a text: strings that fit what looks around are drawn too slowly. tests/unit/saga has them."""
    made = copy.deepcopy(document)
    text = made["components"]["schemas"]["Printable"]
    begin, joiner = text["pattern"].index("(?:"), text["pattern"].index("|(?<=")
    text["pattern"] = "^" + all_but(text["pattern"][begin + 3:joiner]) + "+$"
    return made


def narrowed(document):
    """Any one price is an amount of any currency that is drawn, and no value of payment is a card number."""
    made = quick(document)
    schemas = made["components"]["schemas"]
    schemas["Money"] = {"oneOf": [{"type": "integer", "minimum": 0, "maximum": 1000},
                                  {"type": "string", "pattern": r"^[1-9][0-9]{0,2}\.[0-9]{2}0{0,3}$"}]}
    schemas["Currency"] = {"enum": ["USD", "EUR", "XCG"]}
    schemas["PassedPayment"] = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 12}}
    return made


def consistent(case):
    """The sums agree, no quantity is too much, and nothing depends on what was before."""
    body = case.body
    for header in ("Idempotency-Key", "If-Match"):
        case.headers.pop(header, None)
    if not isinstance(body, dict):
        return
    if "key" in body:  # of a call about the order of the path
        body["key"] = case.path_parameters["orderId"] + body["key"][36:]
    if "orderId" in body:
        body["orderId"] = str(uuid.uuid4())
    if "items" in body:
        body.pop("amount", None)
        body.pop("amountMinor", None)
        if "discount" in body:
            body["discount"] = body["items"][0]["price"]
        for item in body["items"]:
            item["quantity"] = min(item["quantity"], 1000)
    elif "amount" in body and "amountMinor" in body:
        body["amountMinor"] = int(Decimal(str(body["amount"])) * 100)


def hold(engine, document, path, method, mode, prepare, checks=CHECKED):
    operation = schemathesis.openapi.from_dict(document)[path][method]

    @hypothesis.settings(max_examples=25, deadline=None, database=None, derandomize=True,
                         suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        # A path with a dot for a segment is another path to every client.
        hypothesis.assume((case.path_parameters or {}).get("sku") not in (".", ".."))
        prepare(case)
        response = case.call(base_url=engine.base, timeout=30)
        case.validate_response(response, checks=checks)

    one()


@pytest.mark.parametrize("path, method", ROUTES)
def test_what_the_document_allows_is_taken(shared_engine, document, path, method):
    hold(shared_engine, narrowed(document), path, method, GenerationMode.POSITIVE, consistent)


@pytest.mark.parametrize("path, method", ROUTES[:3])
def test_what_the_document_forbids_is_refused(shared_engine, document, path, method):
    hold(shared_engine, quick(document), path, method, GenerationMode.NEGATIVE, lambda case: None)


@pytest.mark.parametrize("path, method", PLAIN)
def test_every_check_there_is_finds_nothing_in_what_has_no_body(shared_engine, document, path, method):
    modes = [GenerationMode.POSITIVE] + ([GenerationMode.NEGATIVE] if "{" in path or path == "/v1/orders" else [])
    for mode in modes:
        hold(shared_engine, quick(document), path, method, mode, lambda case: None, CHECKS.get_all())
