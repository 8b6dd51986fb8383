"""Takes in what sensor gateways tell: reads and checks events, makes them safe, answers with one verdict each.

`accepting` is the same for every way in; `mqtt` is the way through the broker, the way through HTTP is `api.gateway`.
`contract` is what is published for those who build gateways.
"""
