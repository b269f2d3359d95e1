"""What leaves the agency: public records requests, and pictures that were redacted for them."""
