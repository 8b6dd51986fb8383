"""Notices who scans for accounts or guesses passwords over SIP, reports it, and shuts the address out for a while.

An alarm outranks that: an address from which a device of ours is or was registered lately is never shut out, nor is
the carrier's, nor this machine (docs/decisions/073).
"""
