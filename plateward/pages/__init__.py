"""What the pages of all rooms do alike: a sent form's act, a list of many, a file that is previewed and applied."""
