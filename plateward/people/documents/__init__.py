"""Work with protocols: drafted, approved, read, acknowledged; who has, and who has not."""
