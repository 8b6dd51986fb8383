"""Phones that the switch rings."""
