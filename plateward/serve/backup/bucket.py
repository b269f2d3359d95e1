"""A bucket of S3 as the place of backups: AWS, or a server that speaks as it does."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from plateward.ground.config.keys import Site
from plateward.ground.config.reading import authority_file, secret_file
from plateward.ground.policy.trace import enforces
from plateward.serve.backup.stores import Folder, Store, TargetUnusable

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Credential

ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)/?")
CODE = re.compile(r"<Code>(\w{1,60})</Code>")  # S3's own word for what is wrong, in its answer
DENIED = re.compile(r"status code: 40[13] ")  # obstore has no exception of its own for it where it lists
MOST = 256 * 1024 * 1024  # bytes: no manifest is larger, and an object is an eighth of it
TIMEOUT = timedelta(minutes=10)  # of one object, over a slow line
TRIES = 6  # after a failure, over some seconds


def store_of(text: str, site: Site) -> Store:
    """`s3://bucket/prefix`, or a folder. Raises TargetUnusable, WrongSetting."""
    return bucket_of(text, site) if text.startswith("s3:") else Folder(Path(text))


@enforces("6.i.ii/tls", "SC-8/systems")
def bucket_of(text: str, site: Site) -> "Bucket":
    """Raises TargetUnusable, WrongSetting."""
    match = ADDRESS.fullmatch(text)
    if not match:
        raise TargetUnusable(
            f"{text} is no bucket. Nothing was done. Name one as s3://bucket, or s3://bucket/prefix."
        )
    secrets = site.secrets or site.home.absolute() / "secrets"
    files = [secret_file(secrets, name) for name in ("s3-access-key", "s3-secret-key")]
    if None in files:
        raise TargetUnusable(
            f"A bucket is opened by the secrets s3-access-key and s3-secret-key, and {secrets} does not have both. "
            "Nothing was done. Put them there (docs/administrator/settings.md)."
        )
    key, secret = (file.read_text().strip() for file in files if file)
    credential: S3Credential = {"access_key_id": key, "secret_access_key": secret, "expires_at": None}
    endpoint = site.s3.endpoint or f"https://s3.{site.s3.region}.amazonaws.com"
    client: ClientConfig = {"allow_http": endpoint.startswith("http:"), "timeout": TIMEOUT}
    if authority := authority_file(site.authorities or site.home.absolute() / "authorities", "s3"):
        client["root_certificate"] = authority.read_bytes()
    reached = S3Store(
        match[1],
        prefix=match[2].strip("/") or None,
        endpoint=endpoint,
        region=site.s3.region,
        client_options=client,
        retry_config={"max_retries": TRIES, "retry_timeout": TIMEOUT},
        credential_provider=lambda: credential,  # comes before whatever AWS_… the environment has
    )
    return Bucket(text.rstrip("/"), endpoint, reached)


@dataclass(frozen=True)
class Bucket:
    """Nothing locks a bucket: of two backups at once the second finds its number taken, and is none."""

    address: str
    endpoint: str
    reached: S3Store

    def __str__(self) -> str:
        return self.address

    def opened(self) -> nullcontext[None]:
        return nullcontext()

    def names(self, below: str) -> Iterator[str]:
        with self._told():
            for page in obstore.list(self.reached, below):
                yield from (found["path"] for found in page)

    def get(self, name: str) -> IO[bytes]:
        with self._told():
            found = obstore.get(self.reached, name)
            if found.meta["size"] > MOST:
                raise OSError(0, "larger than what a backup has")
            return BytesIO(found.bytes())

    def put(self, name: str, content: Iterable[bytes]) -> None:
        """At once: no part of a killed upload stays. An object is at most a piece of a file."""
        whole = b"".join(content)
        with self._told():
            obstore.put(self.reached, name, whole, use_multipart=False)

    @enforces("6.j.i/proven")
    def put_new(self, name: str, content: bytes) -> None:
        """By `If-None-Match: *`."""
        with self._told():
            try:
                obstore.put(self.reached, name, content, mode="create", use_multipart=False)
            except AlreadyExistsError:
                raise TargetUnusable(
                    f"Another backup to {self} has ended meanwhile, as {name}: this one is none. Begin again, and let "
                    "only one machine back up there."
                ) from None

    def remove(self, names: Sequence[str]) -> None:
        with self._told():
            obstore.delete(self.reached, names)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the bucket refuses, in a sentence. What it answers is not shown but for its code: it repeats the access
        key."""
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            text = str(error)
            found = CODE.search(text)
            code = found[1] if found else ""
            if isinstance(error, FileNotFoundError) and code != "NoSuchBucket":
                raise FileNotFoundError(0, "not in the bucket") from None
            raise TargetUnusable(
                f"The work with {self} stopped: {self._why(text, code)} What is complete stays, and the same command "
                "goes on from it."
            ) from None

    def _why(self, text: str, code: str) -> str:
        if code == "NoSuchBucket":
            return f"{self.endpoint} has no such bucket. Make it there, or correct its name."
        if DENIED.search(text):
            return (
                f"{self.endpoint} denies access ({code or 'without a reason'}). Let the hub's access key list, read, "
                "write and remove there, or correct the secrets s3-access-key and s3-secret-key."
            )
        if code:
            return f"{self.endpoint} answers {code}."
        if "InvalidCertificate" in text:
            return (
                f"{self.endpoint} shows a certificate that the hub does not trust. Put its authority's into "
                "authorities/s3.pem, or correct endpoint of [s3]."
            )
        return (
            f"{self.endpoint} cannot be reached, or broke off. Look at the network and at endpoint of [s3]."
        )
