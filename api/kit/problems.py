"""Errors as `application/problem+json` (RFC 9457): raised as `Problem`, rendered once, here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from api.kit.text import Language, Text, accepted_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import HTTPConnection

    from api.kit.catalogue import ProblemType

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """An error that the caller is told about.

    `errors` are the single findings of a validation (each with `pointer`, `code` and `detail`; a `Text`
    in them is put in the caller's language), `extra` are members beside the standard ones.
    """

    def __init__(
        self,
        kind: ProblemType,
        detail: Text | None = None,
        *,
        errors: Sequence[Mapping[str, Any]] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind.status, kind.id, dict(headers or {}))
        self.kind = kind
        self.text = detail
        self.errors = errors
        self.extra = dict(extra or {})

    def document(self, language: Language, instance: str | None) -> dict[str, Any]:
        """Return the JSON document; `instance` is the request's id."""
        document: dict[str, Any] = {
            "type": self.kind.uri,
            "title": self.kind.title.pick(language),
            "status": self.kind.status,
        }
        if self.text is not None:
            document["detail"] = self.text.pick(language)
        if instance is not None:
            document["instance"] = f"urn:liftline:request:{instance}"
        if self.errors is not None:
            document["errors"] = [_spoken(finding, language) for finding in self.errors]
        return document | self.extra


def _spoken(finding: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {key: value.pick(language) if isinstance(value, Text) else value for key, value in finding.items()}


def render(problem: Problem, connection: HTTPConnection) -> JSONResponse:
    """Return the response for a problem in the language that the caller prefers."""
    language = accepted_language(connection.headers.get("accept-language"))
    request_id = connection.scope.get("state", {}).get("request_id")
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return JSONResponse(
        problem.document(language, request_id),
        status_code=problem.kind.status,
        media_type=MEDIA_TYPE,
        headers=headers | dict(problem.headers or {}),
    )
