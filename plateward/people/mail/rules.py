"""What a mail says, to whom one may go, and when it is given up. Pure."""

from collections import Counter
from datetime import timedelta

from plateward.ground.policy.decision import Allow, Decision, Refusal
from plateward.people.notices.kinds import Topic, topic_lines

APART = timedelta(minutes=5)  # between two mails to one person
MOST_TRIES = 24  # four hours; then its notices are left to the pages, which show them anyway


def mail_text(counts: Counter[Topic], url: str) -> tuple[str, str]:
    """Subject and text: how many matters of which topics, and where to log in. Never what a notice says, nor an address
    with a number: a mail leaves the hub, and may carry no criminal justice information."""
    number = sum(counts.values())
    matters = "1 new matter" if number == 1 else f"{number} new matters"
    return (
        f"Plateward: {matters}",
        "\n".join(
            (
                f"You have {matters} in Plateward.",
                "",
                *topic_lines(counts),
                "",
                f"Log in to read: {url}",
                "",
                "This email contains no case information. Do not reply to it.",
            )
        ),
    )


def may_mail(address: str, domain: str) -> Decision:
    """Whether mails may go to this address: the agency's own alone."""
    if address.rpartition("@")[2].lower() == domain.lower():
        return Allow()
    return Refusal(
        "SC-8",
        f"Email goes only to addresses at {domain}.",
        "Enter your address at the agency.",
        field="address",
    )
