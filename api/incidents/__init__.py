"""Incidents and what people do about them."""
