"""The yearly review of every access in force (AC-2, AC-6): a work list, each item kept, changed or ended."""
