"""A record is what the log says it is: the digest of each row that an act writes is in the act's entry."""
