"""The training forms."""
