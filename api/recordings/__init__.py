"""Recordings: index and download."""
