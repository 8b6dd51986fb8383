"""A lift with its sensors, its gateway and a bad network, to try detection out on. The same seed makes the same trace.

`director` moves a lift as truth has it, `scenarios` are the stories, `sensors` see it more or less well, `channel`
loses, delays and reorders what they say, `trace` puts it together, `replay` runs detection over it.
"""
