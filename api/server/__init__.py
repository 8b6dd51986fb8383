"""Listens: plain on loopback, with TLS everywhere else, and sends who comes without TLS to the right address."""
