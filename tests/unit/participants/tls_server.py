"""An HTTPS server for the tests: answers every POST alike, prints its port, and ends with its standard input.

tls_server.py FOLDER NAME: makes a self-signed certificate for NAME in FOLDER/tls.crt."""

import http.server
import ssl
import subprocess
import sys
import threading

folder, name = sys.argv[1:]
certificate, key = f"{folder}/tls.crt", f"{folder}/tls.key"
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext",
                f"subjectAltName={name}", "-keyout", key, "-out", certificate], check=True, capture_output=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        answer = b'{"type":"PaymentConfirmed","reference":"pi_1"}'
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a client that trusts nobody here hangs up


server = Server(("127.0.0.1", 0), Handler)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
