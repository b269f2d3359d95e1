"""Backup and restore of the hub: data and keys apart, each with recipients of its own (docs/decisions/0193)."""
