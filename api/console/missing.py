"""The page shown while the console is not built. The API and the alarms work without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.kit.text import Language

POLICY: Final = "default-src 'none'; frame-ancestors 'none'"

_WORDS: Final = {
    "zh": (
        "zh-CN",
        "Liftline 控制台尚未构建",
        "接口与报警呼叫不受影响。请在源码目录中执行以下命令（需要 Node 20.19 以上与 npm），然后刷新本页：",
    ),
    "en": (
        "en",
        "The Liftline console is not built",
        "Alarm calls work all the same. In the source folder run this (Node 20.19 or newer and npm), then reload:",
    ),
}


def page(language: Language) -> str:
    """Return the page in the language asked for, the other one below it."""
    first = language
    second: Language = "en" if language == "zh" else "zh"
    sections = "".join(
        f'<section lang="{tag}"><h1>{title}</h1><p>{text}</p></section>'
        for tag, title, text in (_WORDS[first], _WORDS[second])
    )
    return (
        f'<!doctype html><html lang="{_WORDS[first][0]}"><head><meta charset="utf-8"><title>Liftline</title></head>'
        f"<body>{sections}<pre>console/build.sh</pre></body></html>"
    )
