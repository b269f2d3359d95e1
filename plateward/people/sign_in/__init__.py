"""Sign-in, its second factor, the session, and what a request must show to reach its view."""
