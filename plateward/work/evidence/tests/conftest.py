"""A package as the hub makes it, for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from plateward.ground.vault.authority import Authority
from plateward.work.evidence.testing import Sample, Signer, build_package, trust_files
from plateward.work.evidence.verify.container import Container
from plateward.work.evidence.verify.layout import Index


@pytest.fixture(scope="module")
def sample(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sample]:
    """Made once, with its timestamp authority; nothing of it stays in the database."""
    from plateward.testing.served import timestamping
    from plateward.work.evidence.package.timestamping import timestamp_of

    with django_db_blocker.unblock(), timestamping() as stamps:
        path, trusted, signer = _made(tmp_path_factory.mktemp("package"), stamps.authority)
        with Container.open(path) as container:
            files = {name: container.read(name) for name in container.files}
        bag = next(name for name in files if "/" in name).split("/", 1)[0]
        index = msgspec.json.decode(files[f"{bag}/data/package.json"], type=Index)
        yield Sample(path, bag, files, index, trusted, signer, lambda content: timestamp_of(content)[0])


def _made(folder: Path, timestamps: Path) -> tuple[Path, dict[str, Path], Signer]:
    from plateward.people.testing import acting
    from plateward.testing.hotlist import load_hotlist
    from plateward.testing.roadside import enroll_reader
    from plateward.work.alerts.models import Alert

    (settings.RING.path / "audit.head").unlink(missing_ok=True)  # of a test before, whose entries are gone
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # acts may stand in it
    with block:
        load_hotlist("PKG123")
        reader = enroll_reader("unit-pack")
        reader.send(reader.photo("PKG123", None))
        path = build_package(Alert.objects.get(), folder / "package.zip", by=acting("ada")).path
        key = settings.RING.signing_p256("evidence")
        certificate = Authority.create(settings.RING).certify_packages(key.public_key())
        trusted = trust_files(folder, timestamps)
        transaction.set_rollback(True)
    return path, trusted, (x509.load_pem_x509_certificate(certificate.encode()), key)
