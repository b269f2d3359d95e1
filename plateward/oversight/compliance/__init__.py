"""The compliance report as a page and as a document: every clause and control, and what stands for it at this hub."""
