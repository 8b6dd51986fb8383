"""The JSON documents of a bundle: proofs, timeline, manifest. Pure."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from escalation.nodes import TITLES, NodeKind
from evidence.bundle.verifier.main import FORMAT
from evidence.core.canonical import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from evidence.bundle.contents import Contents

_SHOWN: Final = ("id", "seq", "at", "kind", "tier", "role", "round", "target", "who", "detail", "source", "corrects_id")


def proofs_document(contents: Contents, witness_keys: Mapping[str, str]) -> dict[str, Any]:
    """Return facts with their paths, the head, keys and countersignatures.

    Args:
        contents: of the incident.
        witness_keys: name → public key of the witnesses that are configured, so that a reader can compare them.
    """
    return {
        "head": contents.head.note,
        "facts": [
            {
                "index": one.index,
                "data": one.data.decode(),
                "path": [base64.b64encode(digest).decode() for digest in one.path],
            }
            for one in contents.facts
        ],
        "keys": [{"verifier": row.verifier, "at": moment(row.at), "signature": row.signature} for row in contents.keys],
        "countersignatures": [
            {
                "witness": row.witness,
                "kind": row.kind.value,
                "at": moment(row.at),
                "content": row.content,
                "key": witness_keys.get(row.witness),
            }
            for row in contents.countersignatures
            if row.kind.value == "timestamp" or row.witness in witness_keys
        ],
    }


def timeline_document(contents: Contents, zone: ZoneInfo, made_at: datetime) -> dict[str, Any]:
    """Return the timeline from the proven rows; `local` is the time in the instance's zone."""
    incident = contents.rows("incident")[0]
    return {
        "made_at": moment(made_at),
        "time_zone": str(zone),
        "incident": {
            **{name: incident.get(name) for name in ("number", "place", "caller", "origin", "plan")},
            "classification": contents.classification,
        },
        "calls": contents.rows("call"),
        "nodes": [
            {
                **{name: row.get(name) for name in _SHOWN},
                "local": local(row["at"], zone),
                "title": _title(row["kind"]),
            }
            for row in sorted(contents.rows("node"), key=lambda row: (row["at"], row["seq"]))
        ],
        "recordings": contents.rows("recording"),
    }


def manifest_document(number: str, made_at: datetime, files: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    """Return the manifest: name → size and SHA-256 of every file."""
    return {
        "format": FORMAT,
        "incident": number,
        "made_at": moment(made_at),
        "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in files.items()},
    }


def as_text(document: object) -> bytes:
    """Return a document as it is written into the bundle."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def local(at: str, zone: ZoneInfo) -> str:
    """Return a canonical time in a zone, to the millisecond: `2026-11-22 10:00:00.123`."""
    when = datetime.fromisoformat(at).astimezone(UTC).astimezone(zone)
    return f"{when:%Y-%m-%d %H:%M:%S}.{when.microsecond // 1000:03d}"


def _title(kind: str) -> dict[str, str]:
    chinese, english = TITLES[NodeKind(kind)] if kind in set(NodeKind) else (kind, kind)
    return {"zh": chinese, "en": english}
