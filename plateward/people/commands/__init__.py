"""Accounts on the command line."""
