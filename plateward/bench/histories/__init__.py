"""Invented histories for the detectors of misuse: ordinary work of an agency, and misuse planted in it."""
