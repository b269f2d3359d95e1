"""The pages of people: the list, each person, who may do what."""
