"""The offices that the Chief gives by a recorded designation, and how a hub begins with them."""
