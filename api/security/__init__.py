"""Attempts that were turned away, for whoever supervises."""
