"""The screen in the vehicle: an officer logs in, sees the last reads, and hears and sees each alarm in full.

The reader serves it itself, on https://localhost alone. Without an officer's log-in there is no key to what the reader
stores, and nothing is read.
"""
