"""Readers, units and open alerts on one map, with the same in a list."""
