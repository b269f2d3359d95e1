"""The pages on which access is asked for, approved and denied."""
