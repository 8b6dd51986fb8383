"""Asterisk's side of Liftline: the dialplan and the names it shares with Python."""
