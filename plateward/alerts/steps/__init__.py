"""How a step on an alert works: lock, record, and show the page again if refused."""
