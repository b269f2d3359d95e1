"""A made or exported history, read from a folder and run through the detectors with the clock moved."""
