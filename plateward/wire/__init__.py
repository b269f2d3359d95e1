"""Everything sent over the wire: reads, batches, signed requests, hot lists, enrollment. No Django."""

from plateward.wire.codec import WireError, encode

__all__ = ["WireError", "encode"]
