"""The root certificate of our own authority, for every desk and device to install once."""
