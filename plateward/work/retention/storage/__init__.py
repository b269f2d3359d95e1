"""The dedicated storage of hits and reads, through vendors whom the agency approved (6.h.ii)."""
