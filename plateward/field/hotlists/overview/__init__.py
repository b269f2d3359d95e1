"""The hot lists and their entries, and the URLs of all pages about them."""
