"""Covering what names anyone in a picture: find it, fill it, and look that nothing is left."""
