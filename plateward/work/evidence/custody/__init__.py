"""The chain of custody of images: who had what of a read, from the lens to its destruction; and copies that name their
person."""
