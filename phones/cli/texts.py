"""What the phone commands say, Chinese first, English second."""

from __future__ import annotations

from typing import Final

from phones.events import Event, Name

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "registered": ("已注册", "registered"),
    "unregistered": ("已注销", "unregistered"),
    "registration_failed": ("注册被拒绝", "registration refused: {status} {reason}"),
    "invite": ("来电 {caller} {display}", "a call comes in"),
    "calling": ("已按下报警按钮", "alarm button pressed"),
    "dialling": ("正在呼叫", "calling {to}"),
    "progress": ("对方应答 {status}", "the switch answers {status}"),
    "ringing": ("振铃", "ringing"),
    "early_media": ("早期媒体", "early media"),
    "refused": ("已拒接 {status}", "refused with {status}"),
    "connected": ("已接通", "connected"),
    "media": ("语音已通 {codec}", "audio flows"),
    "identity": ("对方 {who}", "who is there"),
    "dtmf": ("收到按键 {digit}", "key heard"),
    "keys": ("按键 {digits}", "key pressed"),
    "reinvite": ("媒体变更", "media changed"),
    "far": ("对方挂断 {status} {reason}", "the far end hung up"),
    "near": ("本机挂断", "we hung up"),
    "recorded": ("录音 {file}", "what was heard"),
    "trouble": ("故障 {message}", "trouble"),
    "waiting": ("等待来电，Ctrl-C 结束", "waiting for calls, Ctrl-C ends"),
}
SILENT: Final = {Name.ANSWERED, Name.PLAYING, Name.EARLY_MEDIA}
"""Events that tell a person nothing another line does not tell."""


def say(key: str, **values: object) -> str:
    """One line of the catalogue, both languages."""
    chinese, english = TEXTS[key]
    return f"{chinese} · {english}".format(**values)


def describe(event: Event) -> str | None:
    """The line for an event; None when it needs none."""
    if event.name in SILENT:
        return None
    key = str(event.detail["by"]) if event.name is Name.HANGUP else str(event.name)
    return " ".join(say(key, **event.detail).split())
