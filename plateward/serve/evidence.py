"""Evidence on encryption in transit and at rest, for the compliance report."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings

from plateward.ground import clock
from plateward.ground.policy.evidence import Fact, fact
from plateward.serve.agency_certificate import expires_at
from plateward.serve.door import OLDEST_TLS

ENDS_SOON = timedelta(days=14)  # the hub renews it 30 days before


def facts() -> Iterator[Fact]:
    """The database's encryption, the oldest TLS accepted, and the certificate of both listeners."""
    yield fact(
        "6.i.i",
        "SC-28",
        text="Database: {database}, {how}. Images and free text are sealed with AES-256-GCM besides.",
        database=settings.DATABASE_KIND,
        how=f"on a disk whose encryption the site declares ({settings.DISK_ENCRYPTION})"
        if settings.DISK_ENCRYPTION
        else "encrypted by SQLCipher",
    )
    ring = settings.RING
    yield fact(
        "6.i.i",
        "SC-28",
        text="The hub's key ring is {ring}, {where}.",
        ring=f"sealed by {ring.by.words}" if ring.by else "in clear",
        where="in the hub's own directory"
        if ring.path.is_relative_to(settings.HOME)
        else "apart from the data",
        attention="The hub's key ring lies in clear: a person with it and the data has everything. Seal it as the "
        "administrator's guide says (Keys, Seal the key ring); at each reader as the operator's guide says.",
        late=ring.by is None,
    )
    shown = [settings.RING.path / "hub.crt", *(settings.CERTIFICATE or ())[:1]]
    ends = min((expires_at(file) for file in shown if file.exists()), default=None)
    soon = ends is not None and ends - clock.now() < ENDS_SOON
    yield fact(
        "6.i.ii",
        "SC-8",
        text="Oldest TLS that both listeners accept: {oldest_tls}, with AES alone; their certificate ends: {ends}.",
        oldest_tls=OLDEST_TLS.name.replace("v", " ").replace("_", "."),
        ends=clock.format_day(ends) if ends else "none made yet",
        attention="The certificate of the listeners ends within two weeks. Check the hub's worker.",
        late=soon,
    )
