"""What is owed to DEMS: a hit used for enforcement is kept there as evidence, under its case number (OPR:50 6.a.iv)."""
