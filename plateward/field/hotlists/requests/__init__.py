"""Requests: a plate is listed, or an entry removed, because somebody asked and their supervisor approved."""
