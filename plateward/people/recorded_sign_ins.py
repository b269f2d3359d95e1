"""Sign-ins beside the log."""

from collections.abc import Collection

from plateward.core.audit.records.gate import compared
from plateward.core.db.rows import read_rows
from plateward.ground.policy.trace import enforces
from plateward.people.models import SignIn

TABLE = "people_signin"


@enforces("6.b.i.9/records", "AU-9/found", "6.a.i.2/own")
def read_sign_ins(people: Collection[int | None]) -> tuple[list[SignIn], list[SignIn]]:
    """The sign-ins of these people that are as the log says, and the others: one that ended, and was put back or given
    to another person past the hub, opens nothing. It runs at every request, so it avoids the ORM."""
    rows, marks = compared(TABLE, "s"), ", ".join(["%s"] * len(people))
    statement = f"SELECT s.*, {rows.columns} FROM {TABLE} s {rows.join} WHERE s.person_id IN ({marks})"  # noqa: S608, our own names
    sign_ins, altered = list[SignIn](), list[SignIn]()
    for row in read_rows(SignIn, statement, [*people]) if people else ():
        wrong = rows.wrong(*(getattr(row, name) for name in ("s_key", "s_content", "s_digest")))
        (altered if wrong else sign_ins).append(row)
    return sign_ins, altered
