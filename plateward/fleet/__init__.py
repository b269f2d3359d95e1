"""The agency's readers: which exist, which may speak, what they last said."""
