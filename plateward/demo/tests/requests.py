"""A request's list and its narrative."""

WHY = "The driver threatened a clerk with a knife and left toward Fourth Street."
LIST = "District 5 BOLO"  # the agency's own in the demo; other tests may have made more
