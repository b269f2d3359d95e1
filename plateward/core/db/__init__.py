"""The database: an encrypted file (SQLCipher) or the site's PostgreSQL; fields that the hub itself seals."""
