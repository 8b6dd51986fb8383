"""People, in and out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Command, Id, Patch, Schema

PersonName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S", examples=["值班员 A"])]
Title = Annotated[str, Field(min_length=1, max_length=100, examples=["值班长"])]


class PersonIn(Command):
    """A new person of an organization."""

    organization_id: Id
    name: PersonName
    title: Title | None = None


class PersonPatch(Patch):
    """Changes of a person, who stays with the organization."""

    name: Annotated[PersonName, Field(default=None)]
    title: Title | None = None
    active: Annotated[bool, Field(default=None, examples=[False])]


class PersonOut(Schema):
    """A person."""

    id: Id
    organization_id: Id
    name: PersonName
    title: Title | None
    active: Annotated[bool, Field(examples=[True])]
