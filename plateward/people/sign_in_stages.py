"""The second factor at sign-in, which we ask for unless the directory has."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from plateward.policy.trace import enforces


@enforces("6.c.ii.1", "IA-2")
class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    def _should_handle(self, request: HttpRequest) -> bool:
        steps = get_authentication_records(request, self.login.user)
        by_directory = any(step.get("method") == "mfa" and step.get("type") == "directory" for step in steps)
        return not by_directory and bool(super()._should_handle(request))
