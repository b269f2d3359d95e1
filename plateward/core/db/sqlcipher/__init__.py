"""A Django database engine over SQLCipher: SQLite whose every page is AES-256, keyed from the key ring."""
