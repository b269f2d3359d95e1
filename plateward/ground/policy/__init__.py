"""The policy as data, and decisions as small named objects. Pure Python; knows no other room."""
