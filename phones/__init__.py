"""Real SIP phones that behave as told, and the measuring of what they hear.

For the demo, drills and tests. They stand on pjsua2, which is GPL and comes only with the extra `phones`;
nothing that must run imports this package.
"""
