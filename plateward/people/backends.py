"""The account of a session, loaded at every request."""

from allauth.account.auth_backends import AuthenticationBackend

from plateward.core.db.fields import is_sealed
from plateward.core.db.rows import read_rows
from plateward.people.models import Person

# Raw SQL: the ORM takes longer to build this than the database to answer it.
PERSON_QUERY = """
SELECT p.*, EXISTS (
    SELECT 1 FROM mfa_authenticator a WHERE a.user_id = p.id AND a.type IN ('totp', 'webauthn')
) AS enrolled, COALESCE(u.name, '') AS unit_name
FROM people_person p LEFT JOIN people_unit u ON u.id = p.unit_id WHERE p.id = %s
"""


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's sign-in, for accounts that include whether they have a second factor, and the name of their unit."""

    def get_user(self, user_id: int) -> Person | None:
        person = next(iter(read_rows(Person, PERSON_QUERY, [user_id])), None)
        return person if person and is_sealed(person) else None
