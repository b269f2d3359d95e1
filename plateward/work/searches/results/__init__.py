"""What a search shows: its results as they come, in four views, and its patterns."""
