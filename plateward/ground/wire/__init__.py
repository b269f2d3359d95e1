"""Everything sent over the wire: reads, batches, signed requests, hot lists, enrollment. No Django."""

from plateward.ground.wire.codec import WireError, encode

__all__ = ["WireError", "encode"]
