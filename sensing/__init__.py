"""What sensors tell of a lift, and what follows from it, without any input or output: `now` is always an argument.

`events` is the contract with gateways: every kind of event, its units and the limits beyond which it is impossible.
"""
