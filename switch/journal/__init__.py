"""The journal: Asterisk's own record of every call, tailed into the database exactly once.

`segments` knows which file is which and in what order, `parse` what a line says, `clock` when the switch's
clock was changed, `collector` stores it all together with the place it was read from.
"""
