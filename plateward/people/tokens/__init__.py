"""API tokens: a person's own key for programs, for one purpose, good while that person is logged in."""
