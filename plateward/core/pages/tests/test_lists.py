"""A paged list: filtered by its address, counted no further than needed."""

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django_filters import ChoiceFilter

from plateward.core.pages import lists
from plateward.core.pages.lists import Filters, Words, page_of
from plateward.core.pages.models import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class OfUploads(Filters):
    words = Words("file_name", "by", label="Words")
    purpose = ChoiceFilter(label="Purpose", choices=[("a", "A")])


@pytest.fixture
def uploads() -> None:
    for number in range(5):
        Upload.objects.create(purpose="a", file_name=f"file {number}.csv", by="person:gloria")


def names(query: str) -> list[str]:
    return [upload.file_name for upload in OfUploads(QueryDict(query), Upload.objects.order_by("pk")).qs]


@pytest.mark.usefixtures("uploads")
def test_every_word_stands_in_some_column() -> None:
    assert names("words=GLORIA+3") == ["file 3.csv"]
    assert names("words=gloria+ada") == []


@pytest.mark.usefixtures("uploads")
def test_an_invalid_filter_is_ignored_and_left_out_of_links() -> None:
    assert len(names("purpose=b")) == 5
    filters = OfUploads(QueryDict("purpose=b&words=1&page=2"), Upload.objects.all())
    assert (filters.query, list(filters.form.errors)) == ("words=1", ["purpose"])


@pytest.mark.usefixtures("uploads")
def test_a_page_that_is_not_there_is_the_last_one() -> None:
    page = page_of(RequestFactory().get("/", {"page": "99"}), Upload.objects.order_by("pk"), 2)
    assert (page.number, [upload.file_name for upload in page]) == (3, ["file 4.csv"])
    assert page_of(RequestFactory().get("/"), list("abc"), 2).object_list == ["a", "b"]


@pytest.mark.usefixtures("uploads")
def test_a_long_table_is_not_counted_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Upload.objects.order_by("pk")
    assert page_of(RequestFactory().get("/"), rows, 2).paginator.counted_all  # type: ignore[attr-defined]
    monkeypatch.setattr(lists, "MOST", 4)
    paginator = page_of(RequestFactory().get("/"), rows, 2).paginator
    assert (paginator.count, paginator.num_pages, paginator.counted_all) == (4, 2, False)  # type: ignore[attr-defined]
