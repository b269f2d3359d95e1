"""A picture; a package as the hub makes it, altered ones made of it; and the keys to trust."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from PIL import Image

from plateward.audit.signatures import public_key_text
from plateward.evidence.verify.cms import sign_detached
from plateward.evidence.verify.container import ContainerWriter
from plateward.evidence.verify.layout import (
    MANIFEST,
    SIGNATURE,
    TAG_MANIFEST,
    TIMESTAMP,
    Index,
    manifest,
    parse_manifest,
)
from plateward.evidence.verify.package import Verdict, verify_package
from plateward.evidence.verify.trust import Trust
from plateward.vault.authority import Authority

Signer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def jpeg(width: int = 640, height: int = 360, color: str = "gray", **options: object) -> bytes:
    """A picture of one color; `options`: of the JPEG."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), color).save(content, "JPEG", **options)
    return content.getvalue()


@dataclass(frozen=True)
class Sample:
    """The package, its files, and what is trusted. `signer`: the hub's own certificate and key, with which somebody at
    the hub could sign anything; `stamp`: its timestamp authority."""

    path: Path
    bag: str
    files: Mapping[str, bytes]
    index: Index
    trusted: Mapping[str, Path]
    signer: Signer
    stamp: Callable[[bytes], bytes]

    @property
    def trust(self) -> Trust:
        return Trust.load(**self.trusted)

    @property
    def read(self) -> str:
        """The folder of its first read."""
        return f"{self.bag}/{self.index.reads[0].folder}"

    def write(self, files: Mapping[str, bytes]) -> Path:
        """Another container of these files."""
        path = self.path.with_name("altered.zip")
        with path.open("wb") as file:
            writer = ContainerWriter(file)
            for name, content in files.items():
                writer.add(name, content)
            writer.close()
        return path

    def altered(self, **changed: bytes | None) -> Path:
        """With these files changed, added or (None) removed: of the bag's payload by the end of their names."""
        return self.write(self._changed(changed))

    def forged(self, changed: Mapping[str, bytes | None], signer: Signer | None = None) -> Path:
        """With new manifests over it, signed and timestamped: by the hub's own key unless by another."""
        files = self._changed(changed)
        listed = {
            name.removeprefix(f"{self.bag}/"): sha256(content).hexdigest()
            for name, content in files.items()
            if name.startswith(f"{self.bag}/data/")
        }
        files[f"{self.bag}/{MANIFEST}"] = manifest(listed)
        tags = parse_manifest(files[f"{self.bag}/{TAG_MANIFEST}"])
        tags = {name: sha256(files[f"{self.bag}/{name}"]).hexdigest() for name in tags}
        content = files[f"{self.bag}/{TAG_MANIFEST}"] = manifest(tags)
        files[SIGNATURE] = sign_detached(content, *(signer or self.signer))
        files[TIMESTAMP] = self.stamp(content)
        return self.write(files)

    def _changed(self, changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
        files = dict(self.files)
        for ending, content in changed.items():
            (name,) = [name for name in files if name.endswith(ending)] or [ending]
            if content is None:
                del files[name]
            else:
                files[name] = content
        return files

    def check(self, path: Path, **trust: object) -> Verdict:
        return verify_package(path, Trust.load(**{**self.trusted, **trust}))  # type: ignore[arg-type]


def trust_files(folder: Path, timestamps: Path) -> dict[str, Path]:
    """The files of the trusted keys, by the names of `Trust.load`. `timestamps`: that of the timestamp authority."""
    files = {
        "agency": Authority.create(settings.RING).certificate_pem,
        "log_key": public_key_text(settings.RING.signing("audit")) + "\n",
        "timestamping": timestamps.read_text(),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    return {name: folder / name for name in files}
