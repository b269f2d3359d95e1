"""Evidence packages: hits with everything that a court needs to check them, made, signed and timestamped."""
