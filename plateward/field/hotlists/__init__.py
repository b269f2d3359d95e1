"""Hot lists: which plates are wanted, by whom, why and until when."""
