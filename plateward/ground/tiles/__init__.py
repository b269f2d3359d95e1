"""Pictures coded in tiles that stand alone: some can be covered, and the others stay provably the lens's own. No
Django."""
