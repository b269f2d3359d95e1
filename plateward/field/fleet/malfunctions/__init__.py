"""Malfunctions: reported and notified at once, repaired by those the ALPR administrator authorized."""
