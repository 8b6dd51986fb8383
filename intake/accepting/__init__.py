"""From bytes to events that are safe against a crash, with one verdict each."""

from intake.accepting.announcing import Announcer
from intake.accepting.checking import Sender, accept
from intake.accepting.reading import BatchError, Encoding, read_batch
from intake.accepting.verdicts import Outcome, Reason, Verdict
from intake.accepting.writer import BusyError, Writer

__all__ = [
    "Announcer",
    "BatchError",
    "BusyError",
    "Encoding",
    "Outcome",
    "Reason",
    "Sender",
    "Verdict",
    "Writer",
    "accept",
    "read_batch",
]
