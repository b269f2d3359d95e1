"""What certificates are for, and what bad ones raise: for who issues them and for who checks them."""

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

# RFC 9336; with email protection beside it only where a CMS signature is the use, since openssl asks for that.
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")

# What `cryptography` raises on bad PEM.
PEM_ERRORS = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)
