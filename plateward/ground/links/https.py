"""One question to an outside system over HTTP, bounded in time and size: no redirects, and no proxies.

By the bare transport: a client would log each address, and with it whatever is secret in it."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from plateward.ground.links.secure import InsecureLink, require_aes_of
from plateward.ground.policy.trace import enforces


@dataclass(frozen=True)
class HttpAnswer:
    """Whatever came, of any status."""

    status: int
    headers: httpx.Headers
    body: bytes


class NoAnswer(Exception):
    """Why there is none, in words that follow the name of the system. It holds nothing of the question."""


class LateAnswer(NoAnswer):
    """There is none in time."""


class LongAnswer(NoAnswer):
    """There is more of it than such an answer has."""


@dataclass(frozen=True)
class HttpQuestion:
    """`secret`: what an error may not repeat."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes = b""
    secret: str = ""


@enforces("6.i.ii/tls", "SC-8/systems", "SC-13/suites")
def ask(system: str, question: HttpQuestion, tls: ssl.SSLContext, within: float, most: int) -> HttpAnswer:
    """The answer, of at most so many bytes, whole `within` these seconds. Raises NoAnswer."""
    try:
        return asyncio.run(_answer_to(system, question, tls, within, most))
    # Raised again without a cause, which would carry the question.
    except (TimeoutError, httpx.TimeoutException):
        raise LateAnswer(f"did not answer within {within:.2g} seconds") from None
    except InsecureLink as error:
        raise NoAnswer(f"was not contacted. {str(error).rstrip('.')}") from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
        said = str(error).replace(question.secret, "(secret)") if question.secret else str(error)
        raise NoAnswer(f"could not be reached ({said[:150] or type(error).__name__})") from None


async def _answer_to(
    system: str, question: HttpQuestion, tls: ssl.SSLContext, within: float, most: int
) -> HttpAnswer:
    request = httpx.Request(
        question.method,
        question.url,
        headers={"Accept": "application/json", "Accept-Encoding": "identity", **question.headers},
        content=question.content,
        extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), within)},
    )
    # httpx's own timeouts are for each read or write: what takes or sends a byte now and then would never be over.
    async with (
        asyncio.timeout(within),
        httpx.AsyncHTTPTransport(verify=tls, trust_env=False) as transport,
    ):
        answer = await transport.handle_async_request(request)
        try:
            if request.url.scheme == "https":
                require_aes_of(answer, system)
            content = b""
            async for part in answer.aiter_raw():
                content += part
                if len(content) > most:
                    raise LongAnswer("sent too much for an answer")
        finally:
            await answer.aclose()
        return HttpAnswer(answer.status_code, answer.headers, content)
