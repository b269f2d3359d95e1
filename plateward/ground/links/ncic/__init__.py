"""The state's message switch: NCIC, FMCSA and the agencies behind it, in legacy text or in XML."""
