"""What the hub itself seals: ciphertext even in PostgreSQL, its backups and its logs, and each row for itself
(docs/decisions/0203)."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init

from plateward.core.db.broken import note_broken
from plateward.core.db.row_keys import reserve_key
from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import SealBroken, seal, unseal

Row = models.Model
Value = TypeVar("Value", str, bytes)


class Sealed(bytes):
    """A value as it lies in the database. Its row opens it."""


class _SealedAttribute(DeferredAttribute):
    field: Any

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(instance, value)
        return value

    def __set__(self, instance: Row, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


@enforces("6.i.i/aes", "6.j.i/proven", "6.b.i.8/matrix", "SC-28/data")
class SealedField(models.Field):  # type: ignore[type-arg]
    """AES-256-GCM in a binary column, sealed together with the row: its model, its key and its other columns, so that
    neither this value nor what stands beside it can be another's. It cannot be searched, except for `isnull`.

    A model names in `sealed_without` the columns that change later; those that a field's `decides` names are sealed
    with that field alone, which is written with them (`change_row` does). A column that is NULL is left out, so a
    nullable one can be added later. A row whose seal does not hold is refused when it is loaded; `late`: only when the
    value is asked for. Raises `SealBroken`.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, decides: Collection[str] = (), late: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decides, self.late = decides, late

    def get_internal_type(self) -> str:
        return "BinaryField"

    def contribute_to_class(self, cls: type[Row], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            post_init.connect(_open_row, sender=cls)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> Any:  # noqa: ARG002, for Django
        return connection.ops.binary_placeholder_sql(value)

    def pre_save(self, model_instance: Row, add: bool) -> Any:  # noqa: ARG002, for Django
        value = getattr(model_instance, self.attname)  # of a row that was loaded, opened first
        if value is None:
            return None
        return Sealed(seal(settings.RING.key("fields"), self.to_bytes(value), self.context(model_instance)))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(
                f"{self.model.__name__}.{self.name} is sealed with its row: save the row itself."
            )
        return connection.Database.Binary(value)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Sealed | None:  # noqa: ARG002
        return None if value is None else Sealed(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.model.__name__}.{self.name} is sealed: it cannot be searched, only read."
            )
        return super().get_lookup(lookup_name)

    def opened(self, row: Row, value: Sealed) -> Any:
        """The value of this row. Raises `SealBroken`, which names the row."""
        try:
            return self.from_bytes(unseal(settings.RING.key("fields"), value, self.context(row)))
        except SealBroken as error:
            what = f"{row._meta.verbose_name} {row.pk} ({row._meta.label}.{self.name})"
            raise SealBroken(f"{what} is not as the hub stored it. {error}") from None

    @cached_property
    def bound(self) -> tuple["models.Field[Any, Any]", ...]:
        """The columns that are sealed with this value."""
        columns = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        sealed = [field for field in columns if isinstance(field, SealedField)]
        free = {*getattr(self.model, "sealed_without", ())}.union(*(field.decides for field in sealed))
        return tuple(
            field for field in columns
            if field not in sealed and (field.name not in free or field.name in self.decides)
        )  # fmt: skip

    def context(self, row: Row) -> bytes:
        """What the seal is bound to."""
        told = {field.name: _in_one_form(field, getattr(row, field.attname)) for field in self.bound}
        known = {name: value for name, value in told.items() if value is not None}
        key = row._meta.pk.to_python(row.pk)
        return msgspec.json.encode([row._meta.label_lower, self.name, key, known], order="deterministic")

    def to_bytes(self, value: Any) -> bytes:
        """What is sealed of a value."""
        return bytes(value)

    def from_bytes(self, opened: bytes) -> Any:
        """The value that this was sealed of."""
        return opened


class SealedTextField(SealedField, models.TextField):  # type: ignore[type-arg]
    """Text to Python and to forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, opened: bytes) -> str:
        return opened.decode()


class SealedBytesField(SealedField, models.BinaryField):  # type: ignore[type-arg]
    """A file's content, or another."""


class RowSealField(SealedField, models.BinaryField):  # type: ignore[type-arg]
    """The seal of a row that has nothing to hide: whoever uses the row asks `require_sealed` first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "default": b"", "editable": False}
        super().__init__(*args, late=True, **kwargs)


class RowKeyField(models.BigAutoField):  # type: ignore[type-arg]
    """Django's own key, known before a row with a seal is stored."""

    def get_pk_value_on_save(self, instance: Row) -> Any:
        return reserve_key(type(instance)) if sealed_fields(type(instance)) else None

    def deconstruct(self) -> Any:
        name, _, *more = super().deconstruct()
        return name, "django.db.models.BigAutoField", *more


def require_sealed(row: Row) -> None:
    """Raise `SealBroken` unless every seal of the row holds, its late ones too, and none was taken away."""
    for field in sealed_fields(row):
        if getattr(row, field.attname) is None and isinstance(field, RowSealField):
            raise SealBroken(
                f"{row._meta.verbose_name} {row.pk} ({row._meta.label}) has no seal (OPR:50 6.j.i)."
            )


def is_sealed(row: Row) -> bool:
    """The same as an answer: for accounts, tokens and terminals, whose refusal is a sentence of its own."""
    try:
        require_sealed(row)
    except SealBroken:
        return False
    return True


def sealed_fields(model: Row | type[Row]) -> list[SealedField]:
    """The columns of a model that are sealed."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def _open_row(sender: type[Row], instance: Row, **_more: Any) -> None:
    loaded = instance.__dict__
    for field in sealed_fields(sender):
        sealed = isinstance(loaded.get(field.attname), Sealed)
        if sealed and not field.late and all(column.attname in loaded for column in field.bound):
            try:
                getattr(instance, field.attname)
            except SealBroken:
                if not note_broken(instance):
                    raise


def _in_one_form(field: "models.Field[Any, Any]", value: Any) -> Any:
    """A column's value in one form, before it is stored as afterwards."""
    if isinstance(field, models.JSONField):
        return json.loads(json.dumps(value, cls=field.encoder))
    value = field.to_python(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value
