"""Checks every record, file, head and countersignature against the log, and names what does not agree."""
