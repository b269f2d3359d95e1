"""The audit log: append-only, an RFC 6962 Merkle tree whose heads are signed."""
