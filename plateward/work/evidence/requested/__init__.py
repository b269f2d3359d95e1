"""Evidence packages that people request: made by a job, and downloaded once they are whole."""
