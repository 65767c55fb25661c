"""Stripe for tests: localstripe, and before it a shim with what localstripe leaves out: Stripe's Idempotency-Key (the saved
status and body, 409 while under way, 400 for other parameters, forgotten after a while), the name of what is missing, and
connections that are cut."""

import hashlib
import http.client
import http.server
import json
import sys
import threading
import time
import urllib.parse
import urllib.request

from .process import Process
from .wait import accepts, free_port


class Stripe:
    """`cut_behind` and `fail_behind` name what is to go wrong once with the next request whose path ends so, after its effect.
    `made` lists the POSTs that reached the provider, `keys` the Idempotency-Keys they came with."""

    def __init__(self, log, keep_seconds=3600):
        self.upstream = free_port()
        self.keep_seconds = keep_seconds
        self.lock = threading.Lock()
        self.saved, self.made, self.keys = {}, [], []
        self.cut_behind = self.fail_behind = None
        self.process = Process([sys.executable, "-m", "localstripe.server", "--port", self.upstream, "--from-scratch"], log)
        self.process.ready(lambda: accepts(self.upstream), 30, "localstripe")
        shim = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.give(*shim.pass_on("GET", self.path, b"", self.headers))

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = shim.post(self.path, body, self.headers)
                if answer is None:
                    self.close_connection = True
                    return
                self.give(*answer)

            def give(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                if not isinstance(sys.exc_info()[1], ConnectionError):  # who asked has been killed meanwhile
                    super().handle_error(request, client_address)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.process.stop()

    def post(self, path, body, headers):
        key, parameters = headers.get("Idempotency-Key"), hashlib.sha256(path.encode() + body).hexdigest()
        with self.lock:
            known = self.saved.get(key)
            if known and time.monotonic() - known["at"] > self.keep_seconds:
                known = None
            if known:
                if known["parameters"] != parameters:
                    return 400, b'{"error":{"type":"idempotency_error","message":"other parameters"}}'
                if known["answer"] is None:
                    return 409, b'{"error":{"type":"idempotency_error","message":"under way"}}'
                return known["answer"]
            self.saved[key] = {"parameters": parameters, "answer": None, "at": time.monotonic()}
            self.made.append(path)
            self.keys.append(key)
        answer = self.pass_on("POST", path, body, headers)
        if answer[0] == 404 and path == "/v1/payment_intents":  # Stripe says what is missing
            answer = 404, b'{"error":{"type":"invalid_request_error","code":"resource_missing","param":"payment_method"}}'
        with self.lock:
            if self.fail_behind and path.endswith(self.fail_behind):
                self.fail_behind, answer = None, (500, b'{"error":{"type":"api_error","message":"sorry"}}')
            self.saved[key]["answer"] = answer
            if self.cut_behind and path.endswith(self.cut_behind):
                self.cut_behind, answer = None, None
        return answer

    def pass_on(self, method, path, body, headers):
        passed = {name: value for name, value in headers.items() if name.lower() in ("authorization", "content-type")}
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=30)
        try:
            connection.request(method, path, body, passed)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(self, method, path, **parameters):
        """As the shop's own pages would, past the shim."""
        body = urllib.parse.urlencode(parameters).encode() if parameters else None
        asked = urllib.request.Request(f"http://127.0.0.1:{self.upstream}{path}", body, method=method,
                                       headers={"Authorization": "Bearer sk_test_1"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)

    def card(self, number="4242424242424242"):
        """A payment method of this number."""
        return self.ask("POST", "/v1/payment_methods", type="card", **{
            "card[number]": number, "card[exp_month]": 12, "card[exp_year]": 2040, "card[cvc]": "123"})["id"]

    def intents(self):
        return self.ask("GET", "/v1/payment_intents?limit=1000000")["data"]

    def refunds(self):
        return self.ask("GET", "/v1/refunds?limit=1000000")["data"]
