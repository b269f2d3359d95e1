"""Access requested, approved and denied: the rules, and the pages for it."""
