"""A lost authenticator is reset by two people; the person then sets up a new one."""
