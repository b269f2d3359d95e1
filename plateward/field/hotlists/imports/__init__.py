"""Hot lists from files: formats, previews, applying a file as the whole list, and fetching on schedule."""
