"""Recordings of alarm calls: finished from what the switch wrote, checked, indexed and kept (notice, annex 1)."""
