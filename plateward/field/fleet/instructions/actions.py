"""Attaching instructions to a model, and reading them."""

import hashlib
from collections.abc import Collection

from plateward.core.audit.actor import Actor
from plateward.core.audit.events import Event
from plateward.core.audit.log import act
from plateward.core.db.locking import lock_name
from plateward.core.pages.documents import NotADocument, UploadedDocument, media_type_of
from plateward.field.fleet.instructions import rules
from plateward.field.fleet.models import Instructions, Reader, ReaderModel
from plateward.ground.policy.decision import require
from plateward.ground.policy.trace import enforces


@enforces("6.e.iv.1/manufacturer", "6.b.i.9/entries")
def attach(
    actor: Actor, model: str, document: UploadedDocument | None, readers: Collection[Reader]
) -> ReaderModel:
    """These readers, and no others, are of this model, whose instructions are from now on this document; None: those
    that it has. Raises Refused, NotADocument."""
    name = " ".join(model.split())
    with act(actor, Event.READER_INSTRUCT, f"model:{name}") as entry:
        lock_name(f"reader model {name.casefold()}")
        current = ReaderModel.objects.filter(name__iexact=name).first()
        attached = current is not None and current.instructions.exists()
        require(rules.may_attach(name, file=document is not None, attached=attached))
        current = current or ReaderModel.objects.create(name=name)
        if document:
            _keep(actor, current, document)
        chosen = [reader.pk for reader in readers]
        Reader.objects.filter(model=current, revoked_at=None).exclude(pk__in=chosen).update(model=None)
        Reader.objects.filter(pk__in=chosen).update(model=current)
        entry.note(
            readers=sorted(reader.name for reader in readers),
            sha256=current.latest.sha256 if current.latest else "",
        )
    return current


def _keep(actor: Actor, model: ReaderModel, document: UploadedDocument) -> None:
    try:
        media_type = media_type_of(document.content)
    except NotADocument as error:
        error.field = "file"
        raise
    sha256 = hashlib.sha256(document.content).hexdigest()
    Instructions.objects.create(
        model=model,
        file_name=document.name,
        media_type=media_type,
        size=len(document.content),
        sha256=sha256,
        content=document.content,
        by=actor.key,
    )


@enforces("6.e.iv.1/manufacturer")
def read_instructions(instructions: Instructions) -> bytes:
    """The document as it was attached. Raises SealBroken if it was altered."""
    return bytes(instructions.content)
