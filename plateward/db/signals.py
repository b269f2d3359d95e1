"""What rooms above hear of the database."""

from django.dispatch import Signal

# A command line has opened it, and it is of this version. A receiver that raises ends the command.
database_opened = Signal()
