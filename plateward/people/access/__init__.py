"""Who has access, since when, by whose decision, and what they lack: computed at each request."""
