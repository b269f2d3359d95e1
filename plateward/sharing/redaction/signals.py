"""A signal to the rooms that ask for redacted pictures."""

from django.dispatch import Signal

# Asks who needs a picture redacted: `person`, a Person; `read`, a ReadKey. A room with a request that names
# its picture, which the person may work on, returns its name ("Records request 3"); otherwise "".
redaction_wanted = Signal()
