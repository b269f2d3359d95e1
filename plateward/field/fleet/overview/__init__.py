"""Every reader with its state, its list and its check."""
