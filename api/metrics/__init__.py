"""Prometheus meters of the API and of what the store and the record process know."""
