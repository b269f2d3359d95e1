"""Who else holds this log's heads: witnesses that cosign them, and syslog."""
