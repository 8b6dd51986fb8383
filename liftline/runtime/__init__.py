"""Asterisk, Redis, Mosquitto and SIPp: the system's own, or those of a Debian root that set-up fetches."""
