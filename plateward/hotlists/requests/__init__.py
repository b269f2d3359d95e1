"""A plate listed, or an entry removed, because somebody asked and their supervisor approved it."""
