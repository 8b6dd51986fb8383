"""Reads the log's tables: subtree roots, proofs, keys; signs its heads."""
