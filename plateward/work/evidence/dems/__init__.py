"""DEMS exports due: a hit used for enforcement is kept as evidence under its case number (OPR:50 6.a.iv)."""
