"""CAD and case numbers, and the agency's CAD that knows them."""
