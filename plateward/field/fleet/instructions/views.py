"""Models of readers with their instructions, and the document that a check follows."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from plateward.core.audit.events import Event
from plateward.core.audit.log import record
from plateward.core.pages.acts import submitted
from plateward.core.pages.documents import DocumentField, document_response
from plateward.core.pages.fields import FoundField, parse_number
from plateward.field.fleet.instructions import actions
from plateward.field.fleet.models import Reader, ReaderModel
from plateward.field.fleet.reach import visible_reader
from plateward.ground.policy.trace import enforces
from plateward.people.actor_names import names_of
from plateward.people.http import actor_of


class InstructionsForm(forms.Form):
    """A model, its document and its readers."""

    model = forms.CharField(
        label="Model",
        max_length=100,
        help_text="Manufacturer and model. A name that is listed above changes that model.",
    )
    file = DocumentField(
        label="Instructions",
        required=False,
        help_text="The manufacturer's, for the function check: a PDF or UTF-8 text, at most 10 MiB. Without a file, "
        "those of the model stay.",
        accept=".pdf,.txt,application/pdf,text/plain",
    )
    readers = FoundField(
        Reader.objects.filter(revoked_at=None),
        required=False,
        label="Readers of this model",
        help_text="Their check links the document. A reader that you uncheck no longer does.",
    )


@require_http_methods(["GET", "POST"])
@enforces("6.e.iv.1/manufacturer")
def manage_instructions(request: HttpRequest) -> HttpResponse:
    """All models with the latest instructions; attaches some. Context: rows, of {model, latest, by, readers}; form,
    refusal; unlinked, how many readers have none."""
    chosen = ReaderModel.objects.filter(pk=parse_number(request.GET.get("model", "")) or 0).first()
    initial = {"model": chosen.name, "readers": chosen.readers.all()} if chosen else {}
    sent, form = submitted(request, InstructionsForm, files=request.FILES or None, initial=initial)
    if sent.valid:
        data = form.cleaned_data
        with sent:
            model = actions.attach(actor_of(request), data["model"], data["file"], data["readers"])
            return sent.done(f"Saved: the check of each {model} follows its instructions.", "checks:models")
    record(actor_of(request), Event.READER_VIEW, "reader models")
    models = list(ReaderModel.objects.prefetch_related("readers"))
    names = names_of(model.latest.by for model in models if model.latest)
    return sent.render(
        "fleet/instructions.html",
        models=models,
        names=names,
        unlinked=Reader.objects.filter(revoked_at=None, model=None).count(),
    )


@require_GET
@enforces("6.e.iv.1/manufacturer")
def download_instructions(request: HttpRequest, pk: int) -> HttpResponse:
    """The instructions for this reader's check, recorded before they are sent."""
    reader = visible_reader(request, pk)
    if (instructions := reader.instructions) is None:
        raise Http404("This reader's model has no instructions.")
    content = actions.read_instructions(instructions)
    record(
        actor_of(request),
        Event.CHECK_VIEW,
        f"reader:{reader.name}",
        instructions=instructions.pk,
        sha256=instructions.sha256,
    )
    return document_response(content, instructions.file_name, instructions.media_type)
