"""An operator's permission to let most lifts vanish from the switch: good once, and only for a short time.

`liftline provision --force` gives it, the provisioner uses it up. It is a file, because the record process takes
orders from nobody else; a permission that was forgotten must not open the door to the next accident.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

VALID_S: Final = 60.0
_NAME: Final = "provision-force"


@dataclass(frozen=True, slots=True)
class Permission:
    """The permission of one instance.

    Args:
        folder: the instance's folder for what runs now.
    """

    folder: Path

    @property
    def given(self) -> bool:
        """Whether it is there and still valid."""
        with contextlib.suppress(OSError):
            return 0 <= time.time() - self._file.stat().st_mtime < VALID_S
        return False

    def give(self) -> None:
        """Give it from now on; raises `OSError` when the folder cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file.write_text("", encoding="utf-8")

    def use_up(self) -> None:
        """Take it back."""
        self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.folder / _NAME
