"""The offices that the Chief gives by a recorded designation, and a hub's first ones."""
