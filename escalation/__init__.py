"""The incident and its escalation, without any input or output: `now` is always an argument.

`table` holds the incident's life as data, `machine` applies events to it, `plan` says whom to call in which
order, `rota` who is on duty, `causes` why it happened (notice, tables 1 and 2), `nodes` and `journal` turn what
the switch wrote into response nodes and incident events. `store` carries the results out.
"""
