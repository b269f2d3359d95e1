"""What libraries keep in the database, and decides nothing."""

from plateward.core.audit.records.tables import Passing

PASSING = (
    Passing("auth_permission", "Django has it, no rule of ours asks for it"),
    Passing("auth_group", "Django has it, no rule of ours asks for it"),
    Passing("auth_group_permissions", "Django has it, no rule of ours asks for it"),
    Passing("django_content_type", "Django has it, no rule of ours asks for it"),
    Passing("django_session", "bound to its browser's key and to a sign-in; it has its own end"),
    Passing("account_emailaddress", "no log in goes by an address"),
    Passing("account_emailconfirmation", "no log in goes by an address"),
    Passing("mfa_authenticator", "set at each log in, which has its entry", ("last_used_at",)),
    Passing("pages_upload", "a file on its way in; what comes of it has its entry"),
)
