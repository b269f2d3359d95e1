"""What tables have in common. A row's name is for errors alone, unless a page shows it: then its model says it."""

from typing import Any

from django.db import models


class Row(models.Model):
    """Named by what it is, and its key."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class InOrder(Row):
    """In the order in which rows were written."""

    class Meta:
        abstract = True
        ordering = ["pk"]


class NewestFirst(Row):
    """In the reverse of that order."""

    class Meta:
        abstract = True
        ordering = ["-pk"]


class Named(Row):
    """By its name, which also orders."""

    name: Any

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return str(self.name)
