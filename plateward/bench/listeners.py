"""Many browsers at the live queue, in a single process: each is only an event stream over TLS.

`python -m plateward.bench.listeners` reads a JSON document from stdin: `authority` (PEM) and `clients`, a list of
[port, cookie]. It prints a line once all are listening, and at the end of its input a JSON document: for each client
its alerts, [number, when], in milliseconds since 1970."""

import asyncio
import json
import ssl
import sys
import time
from typing import Any

REQUEST = "\r\n".join(
    [
        "GET /alerts/stream HTTP/1.1",
        "Host: localhost:{port}",
        "Accept: text/event-stream",
        "Cookie: {cookie}",
        "",
        "",
    ]
)


async def _listen(
    trusted: ssl.SSLContext, port: int, cookie: str, ready: asyncio.Event, alerts: list[tuple[int, float]]
) -> None:
    reader, writer = await asyncio.open_connection("localhost", port, ssl=trusted)
    writer.write(REQUEST.format(port=port, cookie=cookie).encode())
    kind = ""
    while line := (await reader.readline()).decode():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ").strip()
            if kind == "ping":
                ready.set()
        elif kind == "alert" and line.startswith("data: "):
            alerts.append((json.loads(line.removeprefix("data: "))["number"], time.time() * 1000))


async def main() -> None:
    loop = asyncio.get_running_loop()
    clients = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    trusted = ssl.create_default_context(cadata=clients["authority"])
    alerts: list[list[tuple[int, float]]] = [[] for _ in clients["clients"]]
    ready = [asyncio.Event() for _ in clients["clients"]]
    tasks = [
        asyncio.create_task(_listen(trusted, port, cookie, ready[n], alerts[n]))
        for n, (port, cookie) in enumerate(clients["clients"])
    ]
    opened = asyncio.gather(*(item.wait() for item in ready))
    waited: list[asyncio.Future[Any]] = [opened, *tasks]
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    print("listening" if opened.done() else "not all of them listen", flush=True)  # noqa: T201
    await loop.run_in_executor(None, sys.stdin.read)
    for item in tasks:
        item.cancel()
    print(json.dumps(alerts), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
