"""A participant as a shop would write it with aiohttp, behind TLS: signature checked by the official package, a key's second call
given the first one's answer. `python tls_app.py PORT CERTIFICATE KEY SECRET` runs it; it prints each call, with the
connection that it came by."""

import json
import ssl
import sys

from aiohttp import web
from standardwebhooks import Webhook

DONE = {"payment.charge": "PaymentConfirmed", "payment.undo": "PaymentRefunded"}
PORT, CERTIFICATE, KEY, SECRET = sys.argv[1:]
answers = {}


async def saga(request):
    body = await request.read()
    event = Webhook(SECRET).verify(body, dict(request.headers))  # what it raises is a 500
    key = request.headers["webhook-id"]
    print("CALL", key, request.transport.get_extra_info("peername")[1], flush=True)
    return web.json_response(answers.setdefault(key, {"type": DONE[event["turn"]], "reference": f"tls_{len(answers)}"}),
                             dumps=json.dumps)


if __name__ == "__main__":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    app = web.Application()
    app.router.add_post("/saga", saga)
    web.run_app(app, host="127.0.0.1", port=int(PORT), ssl_context=context, print=None, access_log=None)
