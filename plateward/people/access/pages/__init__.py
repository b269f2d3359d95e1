"""One's own access, and the addresses of all pages about access."""
