"""Keys and sealed data: the key ring, AES-256-GCM, sealed day segments, crypto-shredding, certificates."""
