"""The chain of command at work: who is absent, who stands in, and to whom a matter goes next."""
