"""What can go wrong with a phone, in words that say what was expected and what was seen."""

from __future__ import annotations


class PhoneError(Exception):
    """A phone did not do, or did not see, what was expected of it."""


class BehaviourError(PhoneError):
    """A behaviour that the grammar does not know (`phones.behaviour`)."""


class PhonesMissingError(PhoneError):
    """pjsua2 is not installed; it is GPL and comes only with an optional extra."""

    def __init__(self) -> None:
        super().__init__("phones need pjsua2, which is not installed: run `make phones`, or install the extra `phones`")


class RegistrationRefusedError(PhoneError):
    """The registrar refused or did not answer; `status` is its SIP status (0: none)."""

    def __init__(self, account: str, status: int, reason: str) -> None:
        super().__init__(f"registration of {account} refused: {status} {reason}".rstrip())
        self.status = status


class ExpectationError(PhoneError, AssertionError):
    """Something expected did not happen in time; the message carries the phone's timeline."""
