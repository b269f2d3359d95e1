"""Requests for public records, and any other release that is not for law enforcement."""
