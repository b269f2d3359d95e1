"""Where a person shows an alert to a colleague, and ends that."""
