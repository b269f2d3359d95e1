"""Penalties on pages: recorded, lifted, seen."""
