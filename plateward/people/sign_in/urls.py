"""Sign-in by allauth, only what we use of it: no sign-up, no email, no password reset, no social accounts.

Each allauth view takes only the methods listed here: its own would treat PUT as POST, DELETE past its form,
and HEAD for a page that is shown once. `tests/test_taken_over.py` lists them, so that no new one slips in.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as webauthn
from django.db.transaction import atomic
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from plateward.people.sign_in import views_factors, views_sign_in

_get_or_post = require_http_methods(["GET", "POST"])

# Names that allauth itself uses, so they are in no namespace.
sign_in_patterns = [
    path("banner/", views_sign_in.banner, name="banner"),
    path("login/", _get_or_post(account.login), name="account_login"),
    path("login/closed/", require_GET(account.account_inactive), name="account_inactive"),
    path("login/code/", _get_or_post(mfa.authenticate), name="mfa_authenticate"),
    path("login/passkey/", _get_or_post(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("logout/", _get_or_post(account.logout), name="account_logout"),
    path("account/", require_GET(mfa.index), name="mfa_index"),
    path("login/directory/", views_sign_in.directory, name="directory"),
    path("login/directory/back/", views_sign_in.directory_back, name="directory_back"),
    path("session/", views_sign_in.session_state, name="session"),
    path("session/key/", views_sign_in.session_key, name="session_key"),
    path("terminal/", views_sign_in.take_terminal, name="terminal"),
    path("account/again/", views_sign_in.prove_again, name="account_reauthenticate"),
    path("account/password/", _get_or_post(views_factors.change_password), name="account_change_password"),
    path("account/totp/add/", _get_or_post(views_factors.SetUpAppView.as_view()), name="mfa_activate_totp"),
    path("account/totp/remove/", views_factors.remove_factor, name="mfa_deactivate_totp"),
    path("account/passkeys/", require_GET(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("account/passkeys/add/", _get_or_post(views_factors.AddKeyView.as_view()), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/edit/", _get_or_post(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", views_factors.remove_factor, name="mfa_remove_webauthn"),
    path(
        "account/recovery/",  # One transaction: that they were shown, and its entry.
        require_GET(atomic(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/recovery/new/",
        _get_or_post(views_factors.MakeCodesView.as_view()),
        name="mfa_generate_recovery_codes",
    ),
]
