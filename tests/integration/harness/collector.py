"""A collector of traces, OTLP over HTTP in JSON, which reads what it is sent by the official protobuf definitions."""

import base64
import json
import threading
from collections import defaultdict

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from .http_peer import HttpPeer
from .wait import until


def read(body):
    """OTLP's JSON is protobuf's, but for ids: those are hex there, where protobuf has its bytes in base64."""
    request = json.loads(body)
    for spans in (scope["spans"] for resource in request["resourceSpans"] for scope in resource["scopeSpans"]):
        for span in spans:
            for name, digits in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
                if name in span:
                    assert len(span[name]) == digits
                    span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return json_format.ParseDict(request, ExportTraceServiceRequest())  # refuses what it does not know


def attributes(of):
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in of.attributes}


class Collector(HttpPeer):
    """`hang` holds each request."""

    def __init__(self):
        self.requests, self.problems, self.headers = [], [], []
        self.hang = threading.Event()
        self.hang.set()  # not
        self.asked = threading.Event()
        super().__init__()

    @property
    def settings(self):
        return {"traces": {"url": f"http://127.0.0.1:{self.port}", "sample": 1}}

    def serve(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.asked.set()
        self.hang.wait(120)
        try:
            assert (request.path, request.headers["Content-Type"]) == ("/v1/traces", "application/json")
            self.requests.append(read(body))
            self.headers.append(request.headers)
        except Exception as problem:  # pylint: disable=broad-except; the test is to see it
            self.problems.append(repr(problem))
        try:
            request.send_response(200)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", "2")
            request.end_headers()
            request.wfile.write(b"{}")
        except OSError:  # the engine has gone meanwhile
            request.close_connection = True

    def stop(self):
        self.hang.set()
        super().stop()

    @property
    def resources(self):
        return [attributes(resource.resource) for request in list(self.requests) for resource in request.resource_spans]

    def spans(self, trace_id):
        """By name; those of one name in the order of their beginnings."""
        found = defaultdict(list)
        for request in list(self.requests):
            for resource in request.resource_spans:
                for span in (span for scope in resource.scope_spans for span in scope.spans):
                    if span.trace_id.hex() == trace_id:
                        found[span.name].append(span)
        for same in found.values():
            same.sort(key=lambda span: span.start_time_unix_nano)
        return found

    def ended(self, trace_id, seconds=30):
        """The spans of an order that has ended, when they have come."""
        return until(lambda: (spans := self.spans(trace_id))["order"] and spans, seconds, f"the trace {trace_id}")


def collector():
    """A fixture's body: what it was sent must have been as the definitions say."""
    made = Collector()
    yield made
    made.stop()
    assert made.problems == []
