"""The link to Asterisk's manager interface (AMI), on panoramisk.

Events serve only what needs no history: who is registered, which channels live, when a leg rings. What
happened in a call comes from the journal alone.
"""

from switch.ami.link import AmiDownError, AmiError, AmiLink, AmiRefusedError, AmiTimeoutError

__all__ = ["AmiDownError", "AmiError", "AmiLink", "AmiRefusedError", "AmiTimeoutError"]
