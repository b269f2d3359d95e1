"""Lists that come as files: their formats, looking at a file, making it the list, and fetching it on schedule."""
