"""Pages for requesters and reviewers, and for an entry's history."""
