"""Looks at what gateways told: the live state of every lift, who is on line, and what follows from it.

`process` is `liftline run sensing`. It follows accepted events from the database, by a position that is stored together
with what followed from them: killed at any point, it loses nothing and does nothing twice.
"""
