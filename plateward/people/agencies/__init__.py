"""Outside agencies: what they ask, what they declare, and what they may see until when."""
