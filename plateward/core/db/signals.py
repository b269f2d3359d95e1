"""The database's signals to the rooms above."""

from django.dispatch import Signal

# A command line has opened the database, which has this version. A receiver that raises ends the command.
database_opened = Signal()
