"""The hot lists and their entries, and the addresses of all pages about them."""
