"""What the scenario tests stand on: a running instance, an estate in it, phones, and what was recorded."""
