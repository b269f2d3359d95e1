"""The agency's readers: which exist, which may connect, and what they last reported."""
