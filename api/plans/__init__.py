"""Escalation plans."""
