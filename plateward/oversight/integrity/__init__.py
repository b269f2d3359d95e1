"""The integrity monitor: runs every room's checks over and over, records what they find, and reports it."""
