"""Answers of the JSON API: documents with their tags, and conditions on them. Source: RFC 9110 §13."""

import hashlib
import json
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, request

from archive import http
from archive.errors import Outdated, Unconditional


def document(
    value: Mapping[str, object],
    *,
    tag: str | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    location: str | None = None,
) -> Response:
    """``value`` as JSON; its tag is that of its content where none is given. 304 for whom that is known."""
    tag = tag or tag_of(value)
    if status == HTTPStatus.OK and (known := http.unchanged(tag)):
        return known
    answer = http.json_response(value, tag=tag, media_type=http.PLAIN_JSON)
    answer.status_code = status
    if location is not None:
        answer.location = location
    return answer


def created(value: Mapping[str, object], location: str, *, tag: str | None = None) -> Response:
    """What was made, and where it is found from now on."""
    return document(value, tag=tag, status=HTTPStatus.CREATED, location=location)


def done() -> Response:
    """It is done, and there is nothing to be said of it."""
    return http.empty(HTTPStatus.NO_CONTENT)


def next_page(cursor: str) -> str:
    """The address of the next page of the list that was asked for."""
    asked = {**request.args, "cursor": cursor}
    return f"{http.uris().catalogue(*request.path.split('/')[2:])}?{urlencode(asked)}"


def linked(answer: Response, value: Mapping[str, object]) -> Response:
    """The answer of a list, whose header names the next page too. Source: RFC 8288."""
    if "next" in value:
        answer.headers["Link"] = f'<{value["next"]}>; rel="next"'
    return answer


def tag_of(value: Mapping[str, object]) -> str:
    """The tag of a document whose revision is not counted: a digest of what it says."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return http.etag(hashlib.sha256(text.encode()).hexdigest())


def require_match(*tags: str) -> None:
    """Go on only if the client has seen the present state, in any form that has one of ``tags``.

    Raises ``Unconditional`` and ``Outdated``.
    """
    asked = request.headers.get("If-Match")
    if asked is None:
        raise Unconditional("send If-Match with the ETag of what you have seen: another may have changed it")
    # Weak tags never match: they say that two states are alike, not that they are the same.
    if not any(request.if_match.contains(known) for tag in tags for known in http.tags(tag)):
        raise Outdated("it has changed since you saw it: get it again, and make your change anew")
