"""Whether the vehicle that a person looks at is the one that the list entry or NCIC describes."""
