"""Carries out what must be done on the telephone because of what sensors saw: stored first, made once."""
