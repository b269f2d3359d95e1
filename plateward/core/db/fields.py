"""Free text that the hub itself seals: ciphertext even in PostgreSQL, its backups and its logs."""

from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from plateward.ground.policy.trace import enforces
from plateward.ground.vault.sealing import seal, unseal


@enforces("6.i.i/aes", "SC-28/data")
class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """Text to Python and to forms; AES-256-GCM in a binary column. It cannot be searched, except for `isnull`.

    The seal is bound to model and field, so that sealed text cannot be moved to another column; renaming the field
    needs a migration that reseals.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> Any:  # noqa: ARG002, for Django
        return connection.ops.binary_placeholder_sql(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        text = super().get_db_prep_value(value, connection, prepared)
        if text is None:
            return None
        return connection.Database.Binary(seal(settings.RING.key("fields"), text.encode(), self._context()))

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        return unseal(settings.RING.key("fields"), bytes(value), self._context()).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(
                f"{self.model.__name__}.{self.name} is sealed: it cannot be searched, only read."
            )
        return super().get_lookup(lookup_name)

    def _context(self) -> bytes:
        return f"{self.model._meta.label_lower}.{self.name}".encode()
