"""The Chief's page for one list: whether the entering unit's word suffices for an encounter."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from plateward.audit.events import Event
from plateward.audit.log import record
from plateward.hotlists.administration import basis as actions
from plateward.hotlists.audience import lists_for
from plateward.hotlists.models import HotList
from plateward.pages.acts import Submission
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of, person_of


class LegalBasisForm(forms.Form):
    """The law by which the entering unit's word suffices."""

    text = forms.CharField(
        label="Legal basis",
        help_text="The statute, order or counsel’s opinion, with its date. The policy report shows it.",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RevocationForm(forms.Form):
    """Why it no longer suffices."""

    text = forms.CharField(label="Reason", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def edit_basis(request: HttpRequest, pk: int) -> HttpResponse:
    """How one list's alerts are verified, and the Chief's act. Context: list, current (EncounterBasis) or
    None, bases, form, refusal, names."""
    hotlist = get_object_or_404(lists_for(person_of(request)), pk=pk, retired_at=None)
    current = hotlist.encounter_bases.filter(ends=None).first()
    form = (RevocationForm if current else LegalBasisForm)(request.POST or None)
    sent = Submission(request, form)
    if sent.valid:
        with sent:
            messages.success(request, _change_basis(request, hotlist, form.cleaned_data["text"]))
            return redirect("hotlists:basis", pk=pk)
    record(actor_of(request), Event.HOTLIST_VIEW, f"hotlist:{hotlist.name}", basis=True)
    bases = list(hotlist.encounter_bases.all())
    names = names_of(key for basis in bases for key in (basis.begun_by, basis.ended_by))
    return sent.render("hotlists/basis.html", list=hotlist, current=current, bases=bases, names=names)


def _change_basis(request: HttpRequest, hotlist: HotList, text: str) -> str:
    if request.POST.get("suffices") == "yes":
        actions.set_basis(actor_of(request), hotlist, text)
        return "Set. The policy report shows it as a reading of 6.e.iv.3."
    actions.revoke_basis(actor_of(request), hotlist, text)
    return "Revoked, for open alerts too."
