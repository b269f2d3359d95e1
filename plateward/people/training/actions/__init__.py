"""The only modules here that write: each act decides, records and writes in one transaction."""
