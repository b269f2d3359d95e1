"""A directory on a real socket over TLS: oidc-provider-mock, which can misbehave on request."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from flask import g
from joserfc import jwk, jws, jwt
from oidc_provider_mock import User, _storage, app
from werkzeug.serving import make_server

from plateward.ground.links.directory import Directory
from plateward.ground.vault.authority import Authority

CLIENT, SECRET = "plateward", "a secret of the directory"
Changed = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Provider:
    """The running directory. `claims` changes what its tokens say, `forged` signs them with another's key."""

    url: str
    authority: Path
    queries: list[str] = field(default_factory=list)
    discovery: Changed = lambda document: document
    claims: Changed = lambda document: document
    forged: bool = False
    down: bool = False

    def directory(self, **more: Any) -> Directory:
        """A site's settings for it."""
        fields: dict[str, Any] = {
            "issuer": self.url,
            "client_id": CLIENT,
            "secret": SECRET,
            "claim": "preferred_username",
            "matches": "username",
            "second_factor": ("amr", "mfa"),
            "authority": self.authority,
        }
        return Directory(**fields | more)

    def log_in(self, where: str, subject: str) -> str:
        """What a person does there: returns where the browser is redirected."""
        context = ssl.create_default_context(cafile=self.authority)
        with httpx.Client(verify=context, trust_env=False) as browser:
            return browser.post(where, data={"sub": subject}).headers["Location"]


# From Python 3.12 on the provider is 0.4, which has another library for its keys.
RSAKey = (_storage.joserfc.jwk if hasattr(_storage, "joserfc") else _storage.jose).RSAKey
# A key takes longer than most tests.
made_key = cache(RSAKey.generate_key)
another_key = cache(jwk.RSAKey.generate_key)


@contextmanager
def running(folder: Path, authority: Authority, *users: User) -> Iterator[Provider]:
    """Until the block ends."""
    certificate, key = authority.issue_server(["localhost", "127.0.0.1"])
    (folder / "directory.crt").write_text(certificate)
    (folder / "directory.key").write_text(key)
    (folder / "authority.crt").write_text(authority.certificate_pem)
    with patch.object(RSAKey, "generate_key", made_key):
        inner = app(require_nonce=True, user_claims=users)
    other = another_key()
    signing: dict[str, Any] = {}

    def outer(environ: dict[str, Any], start: Any) -> Any:
        provider.queries.append(environ["PATH_INFO"])
        if provider.down:
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"down"]
        kept: list[Any] = []
        body = b"".join(inner.wsgi_app(environ, lambda status, headers, *_: kept.extend([status, headers])))
        if environ["PATH_INFO"].endswith("openid-configuration"):
            body = json.dumps(provider.discovery(json.loads(body))).encode()
        if environ["PATH_INFO"] == "/oauth2/token" and kept[0].startswith("200"):
            answer = json.loads(body)
            claims = json.loads(jws.extract_compact(answer["id_token"].encode()).payload)
            changed = provider.claims(claims)
            if provider.forged or changed != claims:
                key = other if provider.forged else signing["key"]
                answer["id_token"] = jwt.encode({"alg": "RS256"}, changed, key)
            body = json.dumps(answer).encode()
        headers = [(name, value) for name, value in kept[1] if name.lower() != "content-length"]
        start(kept[0], [*headers, ("Content-Length", str(len(body)))])
        return [body]

    context = str(folder / "directory.crt"), str(folder / "directory.key")
    server = make_server("localhost", 0, outer, threaded=True, ssl_context=context)
    provider = Provider(f"https://localhost:{server.server_port}", folder / "authority.crt")
    with inner.test_request_context(base_url=provider.url):
        inner.preprocess_request()
        signing["key"] = jwk.RSAKey(g.oidc_provider_mock_storage.jwk.private_key, None)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def query(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def path(url: str, **changed: str) -> str:
    """Path and query of an address, with parameters changed."""
    return f"{urlsplit(url).path}?{urlencode(query(url) | changed)}"
