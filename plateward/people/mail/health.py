"""The mail relay."""

from plateward.core.jobs.health import Part, Reading, amber, green, red
from plateward.people.mail.actions import relay


def _mail() -> Reading:
    known = relay()
    if known is None or not known.on:
        return amber("Off: notices are on pages alone.", "Set the agency's relay under Email.")
    if known.failing_since:
        return red(
            "The relay accepts no email.", "Read the error under Email, and call the relay's operator."
        )
    return green("On.")


PARTS = (Part("mail", "Email", "AU-5", _mail, "mail:relay", before_live=True),)
