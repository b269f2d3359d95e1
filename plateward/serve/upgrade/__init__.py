"""Undoing the upgrade of a hub until it is confirmed."""
