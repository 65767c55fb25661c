"""A real SMTP server (aiosmtpd) for the tests of the mail edge. It prints its port, then one line for everything that
happened, and ends with its standard input. What it answers is asked for by the first label of the recipient's domain:
you@later-rcpt.example is refused for now at RCPT, and so are you@rcpt-451-4-7-1.example and, behind the final dot,
you@dot-451-4-7-1.example. Before that by options: --ehlo "454 4.7.0 not now"."""

import argparse
import asyncio
import logging
import ssl
import sys
import warnings
import zlib

from aiosmtpd.smtp import SMTP, AuthResult

warnings.simplefilter("ignore")  # a login in clear is what some tests are about
logging.disable(logging.CRITICAL)  # and a handshake that fails, what others are

AT_RCPT = {"later-rcpt": "451 4.7.1 greylisted", "never-rcpt": "550 5.1.1 no such user"}
AT_DATA = {"later-data": "452 4.3.1 no space", "never-data": "554 5.7.1 we do not want it", "closing-data": "421 4.3.2 going down"}


def asked_for(stage, label):
    """ "rcpt-550-5-1-1" asks for "550 5.1.1 as you like", "rcpt-550" for "550 as you like"; else None."""
    words = label.split("-")
    if words[0] != stage or not words[-1].isdigit():
        return None
    return " ".join(filter(None, [words[1], ".".join(words[2:]), "as you like"]))


def say(*words):
    print(*words, flush=True)


def channel(server):
    return "encrypted" if server.transport.get_extra_info("ssl_object") else "clear"


class Handler:
    def __init__(self, options):
        self.options = options

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        session.mails = 0
        say("EHLO", channel(server), *([hostname] if self.options.names else []))
        return [self.options.ehlo] if self.options.ehlo else responses

    async def handle_HELO(self, server, session, envelope, hostname):
        return self.options.ehlo or "250 localhost"

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.options.mail:
            return self.options.mail
        session.mails += 1
        if session.mails > self.options.mails_a_connection:
            asyncio.get_running_loop().call_later(0.01, server.transport.close)
            return "421 4.7.0 too many mails on this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        label = address.partition("@")[2].partition(".")[0]
        if label == "gone-rcpt":
            server.transport.abort()
        if label in AT_RCPT or asked_for("rcpt", label):
            return AT_RCPT.get(label) or asked_for("rcpt", label)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        label = envelope.rcpt_tos[0].partition("@")[2].partition(".")[0]
        if label == "gone-data":
            server.transport.abort()
        if label == "silent-data":
            say("SILENT")
            await asyncio.sleep(3600)
        if label in AT_DATA or asked_for("dot", label):
            return AT_DATA.get(label) or asked_for("dot", label)
        login = session.auth_data.decode() if session.authenticated else "-"
        say("MAIL", envelope.mail_from, envelope.rcpt_tos[0], channel(server), login,
            zlib.crc32(envelope.original_content))
        return "250 OK"


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--tls", choices=["none", "starttls", "from-the-start"], default="none")
    parser.add_argument("--password", help="of the user shop")
    parser.add_argument("--mails-a-connection", type=int, default=1_000_000)
    parser.add_argument("--greeting", help="instead of 220; then it hangs up")
    parser.add_argument("--ehlo", help="the answer to EHLO and HELO")
    parser.add_argument("--mail", help="the answer to MAIL FROM")
    parser.add_argument("--names", action="store_true", help="say the client's name with EHLO")
    parser.add_argument("--bytes", type=int, default=33_554_432)
    options = parser.parse_args()
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def authenticate(server, session, envelope, mechanism, data):
        ok = data.login == b"shop" and data.password.decode() == options.password
        say("LOGIN", "accepted" if ok else "refused")
        return AuthResult(success=ok, handled=False, auth_data=data.login)

    def connection():
        return SMTP(Handler(options), hostname="localhost", data_size_limit=options.bytes,
                    tls_context=context if options.tls == "starttls" else None,
                    require_starttls=options.tls == "starttls",
                    authenticator=authenticate if options.password else None, auth_required=bool(options.password),
                    auth_require_tls=options.tls == "starttls")

    async def turn_away(_reader, writer):
        writer.write(options.greeting.encode() + b"\r\n")
        writer.close()

    loop = asyncio.get_running_loop()
    if options.greeting:
        server = await asyncio.start_server(turn_away, "127.0.0.1", 0)
    else:
        server = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if options.tls == "from-the-start" else None)
    say(server.sockets[0].getsockname()[1])
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()
    server.close()


asyncio.run(main())
