"""The switch nodes and how they are."""
