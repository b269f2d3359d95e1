"""The roadside process: photograph, read, track, match, alarm, sign, spool, send. No Django."""
