"""A real SMTP server (aiosmtpd) that records every message with its envelope, plain or with STARTTLS and a login."""

import email
import email.policy
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from .wait import free_port


@dataclass(frozen=True)
class Mail:
    sender: str
    recipients: tuple
    raw: bytes
    encrypted: bool
    login: str | None

    @property
    def message(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def message_id(self):
        return self.message["Message-ID"].strip()  # a long one may be folded


@dataclass(frozen=True)
class Certificate:
    """Self-signed, so it is its own authority: the engine is told to trust `certificate`."""
    certificate: str
    key: str


def make_certificate(folder):
    folder.mkdir(parents=True, exist_ok=True)
    made = Certificate(str(folder / "smtp.crt"), str(folder / "smtp.key"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", made.key, "-out", made.certificate],
        check=True, capture_output=True)
    return made


class FrozenServer:
    """Accepts connections and never says a word."""

    def __init__(self, port):
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self._connections = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        try:
            while True:
                self._connections.append(self._listener.accept()[0])
        except OSError:
            pass  # stopped

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for connection in [self._listener, *self._connections]:
            connection.close()


class SmtpServer:
    """Thread: handlers run on aiosmtpd's own thread; the lock guards what the test reads."""

    def __init__(self, certificate=None, login=None, port=None):
        self._lock = threading.Lock()
        self._mails = []
        self._greeted = 0
        self._asked_to_send = 0
        self.answer = lambda mail: "250 OK"  # a test may put its own in place
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate.certificate, certificate.key)

        def authenticate(_server, _session, _envelope, _mechanism, data):
            ok = login is not None and (data.login.decode(), data.password.decode()) == login
            return AuthResult(success=ok, handled=False, auth_data=data.login.decode())

        self.port = port or free_port()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, tls_context=context, require_starttls=context is not None,
            authenticator=authenticate if login else None, auth_required=login is not None,
            # Without TLS a login is taken in clear too: what keeps it secret must be the engine, not this server.
            auth_require_tls=context is not None)
        self._controller.start()

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    # aiosmtpd's hooks
    async def handle_EHLO(self, server: SMTP, session, envelope, hostname, responses):
        with self._lock:
            self._greeted += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        with self._lock:
            self._asked_to_send += 1
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = Mail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content,
                    session.ssl is not None, session.auth_data if session.authenticated else None)
        answer = self.answer(mail)
        if answer.startswith("250"):
            with self._lock:
                self._mails.append(mail)
        return answer

    # what the tests look at
    def mails(self):
        with self._lock:
            return list(self._mails)

    def greeted(self):
        """How often a client said EHLO."""
        with self._lock:
            return self._greeted

    def asked_to_send(self):
        """How often a client said MAIL FROM."""
        with self._lock:
            return self._asked_to_send

    def stop(self):
        if self._controller is not None:
            self._controller.stop()
            self._controller = None
