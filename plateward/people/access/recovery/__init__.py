"""Two people reset a lost authenticator; the person then sets up a new one."""
