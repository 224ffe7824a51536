"""Keys and what is done with them: sealing, hashing, signing and checking."""
