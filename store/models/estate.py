"""The version of the base data."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, BigKey


class EstateVersion(Base):
    """A single row that counts changes of base data (see `store.estate_version`)."""

    __tablename__ = "estate_version"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigKey)
