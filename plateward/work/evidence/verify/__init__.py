"""An evidence package, checked anywhere: no hub, no Django, no database."""
