"""A picture; a package as the hub makes it, altered ones made of it; and the keys to trust."""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from PIL import Image

from plateward.core.audit.known_heads import accepted_gaps
from plateward.core.audit.witnesses.cosigned import log_origin, log_signers
from plateward.ground.vault.authority import Authority
from plateward.work.evidence.verify.cms import sign_detached
from plateward.work.evidence.verify.container import ContainerWriter
from plateward.work.evidence.verify.layout import (
    BAG_INFO,
    MANIFEST,
    SIGNATURE,
    TAG_MANIFEST,
    TIMESTAMP,
    Index,
    manifest,
    parse_manifest,
)
from plateward.work.evidence.verify.package import PackageVerdict, verify_package
from plateward.work.evidence.verify.trust import Trust

if TYPE_CHECKING:
    from plateward.core.audit.actor import Actor
    from plateward.work.alerts.models import Alert
    from plateward.work.evidence.package.build import PackageResult

Signer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def jpeg(width: int = 640, height: int = 360, color: str = "gray", **options: object) -> bytes:
    """A picture of one color; `options`: of the JPEG."""
    content = io.BytesIO()
    Image.new("RGB", (width, height), color).save(content, "JPEG", **options)
    return content.getvalue()


def build_package(alert: "Alert", to: Path, *, by: "Actor") -> "PackageResult":
    """The package of one alert, under its own number."""
    from plateward.work.evidence.numbers import number_of
    from plateward.work.evidence.package.build import build_case_package

    return build_case_package(number_of(alert), [alert], to, by=by)


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
        payload = {
            name.removeprefix(f"{self.bag}/"): content
            for name, content in files.items()
            if name.startswith(f"{self.bag}/data/")
        }
        oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n"
        info = files[f"{self.bag}/{BAG_INFO}"].decode()
        files[f"{self.bag}/{BAG_INFO}"] = re.sub("Payload-Oxum: .*\n", oxum, info).encode()
        listed = {name: sha256(content).hexdigest() for name, content in payload.items()}
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

    def check(self, path: Path, **trust: object) -> PackageVerdict:
        return verify_package(path, Trust.load(**{**self.trusted, **trust}))  # type: ignore[arg-type]


def trust_files(folder: Path, timestamps: Path) -> dict[str, Path]:
    """The files of the trusted keys, by the names of `Trust.load`. `timestamps`: that of the timestamp authority."""
    files = {
        "agency": Authority.create(settings.RING).certificate_pem,
        "log_key": "".join(f"{signer.key}\n" for signer in log_signers(log_origin(accepted_gaps()))),
        "timestamping": timestamps.read_text(),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    return {name: folder / name for name in files}
