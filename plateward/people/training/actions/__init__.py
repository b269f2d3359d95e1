"""The only places that write in this room: each act decides, records and writes in one transaction."""
