"""Provisioning: what the call plane must know is worked out here and put into Asterisk's own database.

`estate` reads the base data, `desired` says what the AstDB must hold, `changes` in which order to get there,
`provisioner` does it. When all of this is dead, the last plan stands.
"""
