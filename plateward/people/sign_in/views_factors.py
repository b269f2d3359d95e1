"""The person's own second factors: allauth's views plus what each lacks. `urls.py` has the unchanged ones."""

from typing import Any

from allauth.account.views import password_change
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from plateward.core.pages.acts import Submission
from plateward.people.http import actor_of, person_of
from plateward.people.models import FACTORS
from plateward.people.sign_in import factors

FactorType = Authenticator.Type


class _FactorChangeView(FormView):  # type: ignore[type-arg]
    """allauth writes several rows for one change: here they share a transaction with entries and notices."""

    def form_valid(self, form: Any) -> HttpResponse:
        with factors.factor_change(actor_of(self.request), person_of(self.request)):
            answer: HttpResponse = super().form_valid(form)
            self.changed()
        return answer

    def changed(self) -> None:
        """What else belongs to the change."""


class SetUpAppView(_FactorChangeView, ActivateTOTPView):  # type: ignore[misc]
    """A first authenticator app, or a new one that replaces it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Skip allauth's own dispatch, which redirects people who have an app."""
        self.had = Authenticator.objects.filter(user=person_of(request), type=FactorType.TOTP).first()
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"had": self.had}

    def form_valid(self, form: Any) -> HttpResponse:
        if self.had is None:
            return super().form_valid(form)
        factors.replace_app(actor_of(self.request), self.had, form.secret)
        self.get_form_class()(user=self.request.user)  # an empty form has another secret in the session
        messages.success(self.request, "Your new authenticator app is on. The old one no longer logs you in.")
        return redirect("mfa_index")


class AddKeyView(_FactorChangeView, AddWebAuthnView):  # type: ignore[misc]
    pass


class MakeCodesView(_FactorChangeView, GenerateRecoveryCodesView):  # type: ignore[misc]
    def changed(self) -> None:
        factors.send_change_notice(person_of(self.request), "replaced", FactorType.RECOVERY_CODES.value)


@require_http_methods(["GET", "POST"])
def remove_factor(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Remove a key, or the authenticator app if no key is named. Never the last one."""
    own_factors = Authenticator.objects.filter(user=person_of(request), type__in=FACTORS)
    factor = (
        get_object_or_404(own_factors, pk=pk, type=FactorType.WEBAUTHN)
        if pk
        else get_object_or_404(own_factors, type=FactorType.TOTP)
    )
    kind, sent = factors.FACTOR_NAMES[factor.type], Submission(request)
    if sent.valid:
        with sent:
            factors.remove_factor(actor_of(request), factor)
            return sent.done(
                f"Your {kind} no longer logs you in.", "mfa_list_webauthn" if pk else "mfa_index"
            )
    return sent.render("mfa/remove.html", factor=factor, kind=kind, last=own_factors.count() == 1)


def change_password(request: HttpRequest) -> HttpResponseBase:
    """Choose another password; people who use only the directory have none here, and allauth would fail."""
    if not person_of(request).has_usable_password():
        raise Http404
    answer: HttpResponseBase = password_change(request)
    return answer
