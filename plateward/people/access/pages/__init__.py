"""A person's own access, and the addresses of all access pages."""
