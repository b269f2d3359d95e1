"""Who else holds this log's heads: witnesses that cosign, syslog, a mirror; and this hub as a witness of others."""
