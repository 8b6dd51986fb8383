"""What a browser needs to register with the switch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.kit.fields import Schema
from api.kit.sip import SipAccount, SipPassword


class SoftphoneOut(Schema):
    """A SIP account for this log-in; the password of the log-in before is void."""

    account: SipAccount
    password: SipPassword
    ws_url: Annotated[str, Field(description="SIP over WebSocket", examples=["ws://127.0.0.1:8088/ws"])]
