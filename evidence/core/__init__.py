"""Hashes, proofs, canonical bytes and signatures: pure, no I/O."""
