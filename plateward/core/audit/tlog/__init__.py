"""The log in C2SP's formats (c2sp.org), so that programs of others witness and verify it. Pure; no Django."""
