"""Redaction: what names anyone is covered, a person looks, and the result is checked before it may leave."""
