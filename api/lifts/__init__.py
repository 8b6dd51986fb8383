"""Lifts, found by device code, registration number or rescue number."""
