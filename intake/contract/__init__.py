"""The contract with those who build gateways, made from the tables of `sensing.events`.

`python -m intake.contract` writes it to `docs/`.
"""

from intake.contract.asyncapi import asyncapi
from intake.contract.examples import EXAMPLES
from intake.contract.schema import json_schema

__all__ = ["EXAMPLES", "asyncapi", "json_schema"]
