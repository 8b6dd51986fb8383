"""Witnesses: parties outside that countersign the log's heads, because a log proves nothing against its own owner."""
