"""What every room of the hub is built with: its database, log, jobs, pages, decisions, and what goes out."""
