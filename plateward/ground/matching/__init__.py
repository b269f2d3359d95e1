"""Plate × hot list → hits, in memory, the same at the reader and at the hub. Pure; no Django."""
