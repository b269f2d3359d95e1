"""Every minute at the latest, the head of the log goes wherever the site wants it: witnesses, syslog."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.conf import settings

from plateward.core.audit.heads import sign_head
from plateward.core.audit.log import NODE
from plateward.core.audit.signatures import SignedHead
from plateward.core.audit.stored_tree import TilesBehind
from plateward.core.audit.witnesses import syslog
from plateward.core.audit.witnesses.asking import ask_witnesses
from plateward.core.audit.witnesses.models import WitnessTurn
from plateward.core.audit.witnesses.named import note_set
from plateward.core.jobs.lease import release, still_leased, take
from plateward.ground import clock
from plateward.ground.errors import PlatewardError
from plateward.ground.policy.trace import enforces

log = logging.getLogger(__name__)

TURN = timedelta(minutes=2)  # for a node that asks; longer only if it died

_sent: list[SignedHead] = []  # the head that this process last sent to syslog


@enforces("6.b.i.9/sealed", "AU-9/witnessed")
def publish_head() -> None:
    """Say who the witnesses are, sign the log as it is, keep it outside, and have it cosigned. What is away stops
    nothing but itself; the head of the next round covers all that it missed. Raises what `sign_head` raises, and
    LogDamaged."""
    note_set()
    if not (settings.WITNESS_POLICY.witnesses or settings.SYSLOG):
        return
    signed = sign_head()
    _send(signed)
    if settings.WITNESS_POLICY.witnesses:
        with suppress(TilesBehind):
            _ask(signed)


def _send(signed: SignedHead) -> None:
    if not settings.SYSLOG or _sent == [signed]:
        return
    try:
        message = syslog.frame(syslog.NOTICE, clock.now(), NODE, "head", signed.line().decode())
        syslog.send(settings.SYSLOG, settings.SYSLOG_AUTHORITY, message)
        _sent[:] = [signed]
    except (OSError, PlatewardError) as error:
        log.critical(
            "The head of the audit log was not sent to syslog: %s (AU-5). It will be retried.", error
        )


def _ask(signed: SignedHead) -> None:
    """One node at a time: a witness that has another node's newer head would seem to know of lost entries."""
    WitnessTurn.objects.get_or_create(pk=1)
    for turn in take(WitnessTurn.objects.filter(pk=1), TURN):
        try:
            ask_witnesses(signed)
        finally:
            release(still_leased(turn))
