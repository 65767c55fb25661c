"""An ASGI participant that confirms everything and prints what each call came by; `hypercorn` runs it, with HTTP/2 behind TLS."""


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    print(f"CALL {scope['http_version']} {scope['client'][1]}", flush=True)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"type":"PaymentConfirmed","reference":"pi_1"}'})
