"""Sealed free text."""

from typing import Any

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.forms import modelform_factory

from plateward.core.db.broken import leaving_out_broken, listing_broken
from plateward.core.db.fields import SealedTextField
from plateward.ground.vault.sealing import SealBroken

SAID = "Gray pickup, wanted for questioning in Socorro"


class Note(models.Model):
    objects: models.Manager["Note"] = models.Manager()
    text = SealedTextField(max_length=100)
    more = SealedTextField(null=True, blank=True)

    class Meta:
        app_label = "sealed_notes"

    def __str__(self) -> str:
        return f"note {self.pk}"


@pytest.fixture
def table(db: None) -> None:
    if connection.vendor == "sqlite":
        # SQLite alters its schema only outside a transaction that checks references; the test has begun one.
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE sealed_notes_note (id integer PRIMARY KEY, text BLOB NOT NULL, more BLOB)"
            )
    else:
        with connection.schema_editor() as editor:
            editor.create_model(Note)


def stored(column: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM sealed_notes_note")
        return bytes(cursor.fetchone()[0])


@pytest.mark.both_databases
@pytest.mark.clause("6.i.i/aes", "SC-28/data")
def test_text_is_ciphertext_in_the_database_and_text_again_in_the_model(table: None) -> None:
    Note.objects.create(text=SAID)
    assert b"pickup" not in stored("text")
    note = Note.objects.get()
    assert (note.text, note.more) == (SAID, None)

    note.text = ""
    note.more = "ñ € 🚙"
    note.save()
    note.refresh_from_db()
    assert (note.text, note.more) == ("", "ñ € 🚙")


@pytest.mark.both_databases
def test_sealed_text_moved_to_another_column_does_not_open(table: None) -> None:
    Note.objects.create(text=SAID)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sealed_notes_note SET more = text")
    with pytest.raises(SealBroken):
        Note.objects.get()


@pytest.mark.both_databases
def test_sealed_text_cannot_be_searched_but_absence_can(table: None) -> None:
    Note.objects.create(text=SAID)
    assert Note.objects.filter(more__isnull=True).count() == 1
    for search in ({"text": SAID}, {"text__contains": "pickup"}, {"text__in": [SAID]}):
        with pytest.raises(FieldError, match=r"Note\.text is sealed"):
            Note.objects.filter(**search)


def test_a_form_asks_for_text_and_keeps_to_its_length() -> None:
    form = modelform_factory(Note, fields=["text", "more"])
    assert form({"text": SAID}).is_valid()
    refused = form({"text": "x" * 101})
    assert "to 100 characters" in str(refused.errors["text"])
    with pytest.raises(ValidationError):
        Note(text="x" * 101).full_clean()


def test_a_migration_describes_it() -> None:
    field: Any = Note._meta.get_field("text")
    assert MigrationWriter.serialize(field)[0] == "plateward.core.db.fields.SealedTextField(max_length=100)"


@pytest.mark.both_databases
@pytest.mark.clause("6.j.i/proven")
def test_who_shows_many_gets_the_others_and_the_list_of_what_is_left_out(table: None) -> None:
    first, broken, last = (Note.objects.create(text=SAID) for _ in range(3))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sealed_notes_note SET more = text WHERE id = %s", [broken.pk])
    with leaving_out_broken() as left_out:
        assert list(Note.objects.order_by("pk")) == [first, last]
        assert list(Note.objects.order_by("pk").iterator()) == [first, last]
        assert Note.objects.filter(pk=broken.pk).first() is None
        assert {note.pk for note in left_out} == {broken.pk}
        with leaving_out_broken(apart=True) as apart:
            assert list(Note.objects.filter(pk=broken.pk)) == []
        assert (apart, len(left_out)) == ([broken], 3)
    with listing_broken() as listed:
        assert list(Note.objects.order_by("pk")) == [first, broken, last]
        assert listed == [broken]
    with pytest.raises(SealBroken):
        list(Note.objects.all())
