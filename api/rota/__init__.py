"""Duty rota: who answers for an organization, and when."""
