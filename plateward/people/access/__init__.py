"""Who has access, since when, by whose decision, and what it lacks: computed at each request, never ticked."""
