"""What the public sees: how to ask, and that license plate reads are confidential."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def show_start(request: HttpRequest) -> HttpResponse:
    return render(request, "records/public.html")
