"""Serves the built console: the files, and for every other page the one that starts it."""

from api.console.install import install

__all__ = ["install"]
