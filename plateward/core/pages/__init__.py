"""What the pages of all rooms share: a submitted form's act, a list, a file that is previewed and applied."""
