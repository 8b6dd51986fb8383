"""The page that says how to install the root certificate."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.kit.text import Language

POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"


@dataclass(frozen=True)
class _Words:
    tag: str
    title: str
    compare: str
    download: str
    steps: tuple[str, ...]
    then: str


_ZH: Final = _Words(
    tag="zh-CN",
    title="安装 Liftline 根证书",
    compare="安装前请核对 SHA-256 指纹，它须与管理员启动系统时看到的一致；不一致时不要安装：",
    download="下载根证书",
    steps=(
        "Windows（Edge、Chrome）：双击文件 → 安装证书 → 本地计算机 → 放入“受信任的根证书颁发机构”。",
        "macOS：双击文件加入“系统”钥匙串，再双击该证书 → 信任 → 始终信任。",
        "Firefox：设置 → 隐私与安全 → 查看证书 → 证书颁发机构 → 导入 → 勾选“标识网站”。",
        "Linux（Chrome）：certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Liftline -i liftline-root.crt",
        "Android：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书。",
        "iOS：打开文件 → 设置 → 已下载描述文件 → 安装；再到 通用 → 关于本机 → 证书信任设置 中启用。",
    ),
    then="之后重新打开控制台：",
)
_EN: Final = _Words(
    tag="en",
    title="Install the root certificate of Liftline",
    compare="First compare its SHA-256 with what the administrator saw at the start of the system. Install no other:",
    download="Download the root certificate",
    steps=(
        "Windows (Edge, Chrome): double-click → Install → Local machine → Trusted root certification authorities.",
        "macOS: double-click the file into the keychain “System”, then the certificate → Trust → Always trust.",
        "Firefox: Settings → Privacy & security → View certificates → Authorities → Import → to identify websites.",
        "Linux (Chrome): certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Liftline -i liftline-root.crt",
        "Android: Settings → Security → Encryption & credentials → Install a certificate → CA certificate.",
        "iOS: open the file → Settings → Profile downloaded → Install; General → About → Certificate trust settings.",
    ),
    then="Then open the console again:",
)


def page(language: Language, fingerprint: str, file: str, console: str) -> str:
    """Return the page in the language asked for, the other one below it; `file` and `console` are addresses."""
    first, second = (_ZH, _EN) if language == "zh" else (_EN, _ZH)
    sections = "".join(_section(words, fingerprint, file, console) for words in (first, second))
    return (
        f'<!doctype html><html lang="{first.tag}"><head><meta charset="utf-8"><title>Liftline</title></head>'
        f"<body>{sections}</body></html>"
    )


def _section(words: _Words, fingerprint: str, file: str, console: str) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in words.steps)
    return (
        f'<section lang="{words.tag}"><h1>{words.title}</h1><p>{words.compare}</p><pre>{fingerprint}</pre>'
        f'<p><a href="{escape(file)}" download>{words.download}</a></p><ul>{steps}</ul>'
        f'<p>{words.then} <a href="{escape(console)}">{escape(console)}</a></p></section>'
    )
