"""Every minute at the latest, the head of the log goes wherever the site wants it: witnesses, mirror, syslog."""

import logging

from django.conf import settings

from plateward import clock
from plateward.audit.heads import sign_head
from plateward.audit.log import NODE
from plateward.audit.signatures import SignedHead
from plateward.audit.stored_tree import TilesBehind
from plateward.audit.witnesses import syslog
from plateward.audit.witnesses.asking import ask_witnesses
from plateward.audit.witnesses.mirror import write_mirror
from plateward.errors import PlatewardError
from plateward.policy.trace import enforces

log = logging.getLogger(__name__)

_sent: list[SignedHead] = []  # the head that this process last sent to syslog


@enforces("6.b.i.9", "AU-9")
def publish_head() -> None:
    """Sign the log as it is, have it cosigned, and keep it outside. What is away stops nothing but itself; the head of
    the next round covers all that it missed. Raises what `sign_head` raises, and LogDamaged."""
    if not (settings.WITNESS_POLICY.witnesses or settings.LOG_MIRROR or settings.SYSLOG):
        return
    signed = sign_head()
    if settings.SYSLOG and _sent != [signed]:
        try:
            message = syslog.frame(syslog.NOTICE, clock.now(), NODE, "head", signed.line().decode())
            syslog.send(settings.SYSLOG, settings.SYSLOG_AUTHORITY, message)
            _sent[:] = [signed]
        except (OSError, PlatewardError) as error:
            log.critical(
                "The head of the audit log was not sent to syslog: %s (AU-5). It will be retried.", error
            )
    try:
        note = ask_witnesses(signed)
        if settings.LOG_MIRROR:
            write_mirror(settings.LOG_MIRROR, signed, note)
    except TilesBehind:
        return
    except OSError as error:
        log.critical("The audit log's mirror was not written: %s (AU-5). It will be retried.", error.strerror)
