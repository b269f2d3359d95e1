"""What fleet asks of the lists."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from plateward.field.fleet.lists import ReaderLists, lists_asked
from plateward.field.fleet.models import Reader
from plateward.field.hotlists.delivery.lists import lists_of


@receiver(lists_asked)
def _on_lists_asked(readers: Iterable[Reader], **_: Any) -> dict[int, ReaderLists]:
    return lists_of(readers)
