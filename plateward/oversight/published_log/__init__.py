"""The published search log: who searched for what, under pseudonyms of a year, so that everybody can see how the system
is used and nobody learns who used it, or whose plate it was."""
