"""The room with the networks themselves, on an invented street."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from plateward.core.audit.events import Event
from plateward.recognition.covering.testing import PLATE
from plateward.sharing.redaction.models import RedactedPicture
from plateward.sharing.redaction.testing import form_of, path
from plateward.testing.roadside import Photo

pytestmark = [pytest.mark.django_db, pytest.mark.clause("6.h.iii/redaction")]


def test_the_networks_find_the_plate_and_nobody_reads_it_afterward(photo: Photo, iris: Client) -> None:
    boxes = [row.cover.box for row in iris.get(path(photo)).context["rows"]]
    answer = iris.post(path(photo), form_of(boxes, found=len(boxes)))
    assert answer.status_code == 302, answer.content.decode()
    image = Image.open(io.BytesIO(RedactedPicture.objects.get().jpeg))
    x, y, width, height = PLATE
    assert len(image.crop((x, y, x + width, y + height)).getcolors(1024) or ()) <= 8


def test_a_plate_that_is_left_under_a_reason_is_refused_all_the_same(
    photo: Photo, iris: Client, recorded: Any
) -> None:
    boxes = [row.cover.box for row in iris.get(path(photo)).context["rows"]]
    more = {f"box-{index}-removed": "on" for index in range(len(boxes))}
    more |= {f"box-{index}-reason": "Only a road sign." for index in range(len(boxes))}
    answer = iris.post(path(photo), form_of(boxes, found=len(boxes), **more))
    assert answer.status_code == 409
    assert b"can be read at" in answer.content
    assert not RedactedPicture.objects.exists()
    assert recorded(Event.PICTURE_REDACT).outcome == "refused"
