"""For what a person looks at reads, images, hot lists or the log: stated once after log-in, on the log with each."""
