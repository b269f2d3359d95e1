"""The roadside process: photograph, read, follow, match, alarm, sign, spool, send. No Django."""
