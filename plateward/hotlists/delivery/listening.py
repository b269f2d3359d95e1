"""What fleet asks of the lists."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from plateward.fleet.lists import ReaderLists, lists_asked
from plateward.fleet.models import Reader
from plateward.hotlists.delivery.lists import lists_of


@receiver(lists_asked)
def _on_lists_asked(readers: Iterable[Reader], **_: Any) -> dict[int, ReaderLists]:
    return lists_of(readers)
