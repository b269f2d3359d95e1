"""The application that granian runs: reachable only through the hub's own door."""

import logging
import os
from collections.abc import Sequence

import msgspec
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from plateward.ground.policy.trace import enforces
from plateward.ground.wire.request import AUTHORITY_KEY, CERTIFICATE_KEY, TRUST_KEY
from plateward.serve.bodies import Application, Receive, Scope, Send
from plateward.serve.door import Door, Doorway

log = logging.getLogger(__name__)

DOORWAY = "PLATEWARD_DOORWAY"  # in a listener's environment: its `Doorway`, as JSON


@enforces("6.i.ii/tls", "SC-8/people", "SC-8/systems")
def behind_door(application: Application, proxies: Sequence[str] = ()) -> Application:
    """The application; its door opens and closes with granian's worker. `proxies`: addresses and networks whose word
    on whom they forward is taken (X-Forwarded-For); from elsewhere that header says nothing."""
    doors: list[Door] = []
    forwarded = wrap_asgi_with_proxy_headers(application, list(proxies)) if proxies else application

    async def live(receive: Receive, send: Send) -> None:
        await receive()
        try:
            door = Door(msgspec.json.decode(os.environ[DOORWAY], type=Doorway))
            await door.open()
        except Exception as error:
            log.critical("The listener cannot open: %s", error)
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        doors.append(door)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await door.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        peer = doors[0].peer(scope["client"]) if doors else None
        if peer is None:  # hung up already, or did not come through the door
            await send_response(
                send,
                403,
                "text/plain; charset=utf-8",
                b"Only what comes by TLS is answered (OPR:50 6.i.ii).\n",
            )
            return
        facts = {
            "client": peer.address,
            "scheme": "https",
            CERTIFICATE_KEY: peer.certificate,
            AUTHORITY_KEY: peer.authority,
            TRUST_KEY: doors[0].trust,
        }
        await forwarded(scope | facts, receive, send)

    return behind


async def send_response(send: Send, status: int, kind: str, body: bytes) -> None:
    """Send a whole answer that no cache may store."""
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
