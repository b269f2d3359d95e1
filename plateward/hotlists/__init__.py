"""Hot lists: which plates are sought, by whom, why, and until when."""
