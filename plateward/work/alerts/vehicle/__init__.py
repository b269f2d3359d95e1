"""Whether the vehicle that a person sees is the one that the list entry or NCIC describes."""
