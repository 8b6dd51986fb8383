"""The reference receiver: what a platform that takes our messages has to do, small enough to read at one sitting.

It checks signature, time and nonce, stores each message once, and knows what is missing, late or sent twice. It can
be told to fail, for tests and for trying out what an outage does.
"""
