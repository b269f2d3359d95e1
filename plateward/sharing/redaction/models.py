"""Pictures that were redacted, as they may leave."""

from base64 import b64decode
from typing import ClassVar

import msgspec
from django.db import models

from plateward.core.db.fields import SealedTextField
from plateward.core.pages.models import HasPage
from plateward.ground import clock
from plateward.ground.policy.trace import enforces
from plateward.sharing.redaction.manifest import Manifest


@enforces("6.h.iii/redaction", "6.i.i/aes")
class RedactedPicture(HasPage):
    """The vehicle's picture of a read with its covers, made once a person had reviewed it; never changed. A
    further review of the same picture makes another."""

    page_route: ClassVar[str] = "redaction:redacted"

    read = models.UUIDField()
    day = models.DateField(help_text="UTC day of its capture.")
    request = models.CharField(max_length=60, help_text="The name of the request that it was made for.")
    original_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64, help_text="Of the redacted JPEG.")
    manifest_json = SealedTextField(help_text="What was covered and why: manifest.py.")
    content = SealedTextField(help_text="The redacted JPEG, in base64.")
    proof_json = SealedTextField(
        blank=True, help_text="That the rest is the lens's own: ground/tiles/proof.py."
    )
    by = models.CharField(max_length=120, help_text="The key of the actor who reviewed it.")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["read"])]

    @property
    def jpeg(self) -> bytes:
        """The redacted picture."""
        return b64decode(self.content)

    @property
    def manifest(self) -> Manifest:
        """What was covered, and what was not, with whys."""
        return msgspec.json.decode(self.manifest_json, type=Manifest)
