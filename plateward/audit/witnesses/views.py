"""Where other agencies' hubs have their logs cosigned. Nobody logs in: the checkpoint's signature says who asks."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from plateward.audit.tlog.notes import MAX_NOTE_BYTES
from plateward.audit.witnesses.witnessing import add_checkpoint

MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096  # the proof has 63 lines of 45 bytes


@csrf_exempt
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """The cosignature; 400, 403, 404, 409 or 422 as c2sp.org/tlog-witness says."""
    content = request.read(MAX_REQUEST_BYTES + 1)
    if len(content) > MAX_REQUEST_BYTES:
        return HttpResponse(
            "The request is too long.\n", status=413, content_type="text/plain; charset=utf-8"
        )
    reply = add_checkpoint(request.actor, content)  # type: ignore[attr-defined]
    return HttpResponse(reply.text, status=reply.status, content_type=reply.content_type)
