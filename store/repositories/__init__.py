"""Queries, one module a feature. They never write and never commit."""
