"""A signal to the rooms that ask for redacted pictures."""

from django.dispatch import Signal

# Asks who needs a picture redacted: `person`, a Person; `read`, a ReadKey; `which`, "context" or "plate". A room with a
# request that names this picture, which the person may work on, returns its name ("Records request 3"); otherwise "".
redaction_wanted = Signal()
