"""Hot lists on their way: which lists a reader gets, which version it holds, and what it lacks."""
