"""The description of the API, made from the schemas by which it reads and answers. Source: OpenAPI 3.1."""

import re
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app, render_template
from marshmallow import Schema
from werkzeug.routing import Rule

from archive import http
from archive.api.catalogue import replies
from archive.api.catalogue.binding import Operation

blueprint = Blueprint("openapi", __name__, url_prefix="/api")

Json = dict[str, Any]  # Any: values of JSON.

_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
_ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.SERVICE_UNAVAILABLE)
_OF_ONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_WRITING = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
_BODIES = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
_MATCHING = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)


@blueprint.get("/openapi.json")
def show_description() -> Response:
    """The description of this API, for programs."""
    return replies.document(description(current_app))


@blueprint.get("/docs")
def show_documentation() -> str:
    """The description of this API, for people."""
    told = description(current_app)
    return render_template("api.html", api=told, schemas=told["components"]["schemas"])


def description(app: Flask) -> Json:
    """The OpenAPI document of every bound view of ``app``."""
    spec = APISpec(
        title="Mogao",
        version=http.release(),
        openapi_version="3.1.0",
        info={"description": "The catalogue's API. Writing needs a token: mogao token create NAME --write."},
        servers=[{"url": http.uris().base}],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", _PROBLEM)
    paths: dict[str, Json] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        bound = getattr(app.view_functions[rule.endpoint], "operation", None)
        if isinstance(bound, Operation):
            path = _PART.sub(r"{\2}", rule.rule)
            paths.setdefault(path, {})[bound.method.lower()] = _operation(app, rule, bound)
    for path, operations in paths.items():
        spec.path(path=path, operations=operations)
    made: Json = spec.to_dict()
    return made


def _operation(app: Flask, rule: Rule, bound: Operation) -> Json:
    view = app.view_functions[rule.endpoint]
    told: Json = {
        "operationId": _operation_id(app, rule),
        "summary": (view.__doc__ or "").partition("\n")[0],
        "tags": [rule.endpoint.partition(".")[0]],
        "parameters": _parameters(rule, bound),
        "responses": _responses(rule, bound),
        "security": [{"token": []}] if bound.writes else [{}, {"token": []}],
    }
    if bound.body is not None:
        schema: object = bound.body if isinstance(bound.body, Schema) else {"type": "string"}
        if bound.method == "PATCH" and isinstance(bound.body, Schema):
            # A merge patch may leave out whatever it does not change.
            schema = {"type": "object"}
        content = {media_type: {"schema": schema} for media_type in bound.media_types}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _operation_id(app: Flask, rule: Rule) -> str:
    """The name of the view; where it stands at several addresses, with what each of them is made of."""
    several = len(list(app.url_map.iter_rules(rule.endpoint))) > 1
    return "_".join([rule.endpoint.replace(".", "_"), *(sorted(rule.arguments) if several else ())])


def _parameters(rule: Rule, bound: Operation) -> list[Json]:
    found: list[Json] = [
        {"in": "path", "name": name, "required": True, "schema": _kind(converter)}
        for converter, name in _PART.findall(rule.rule)
    ]
    if bound.query is not None:
        found.append({"in": "query", "schema": bound.query})
    if bound.headers is not None:
        found.append({"in": "header", "schema": bound.headers})
    if bound.needs_match:
        found.append(_header("If-Match", required=True))
    if bound.method == "GET":
        found.append(_header("If-None-Match"))
    if bound.takes_key:
        found.append(_header("Idempotency-Key"))
    return found


def _header(name: str, *, required: bool = False) -> Json:
    return {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}


def _kind(converter: str) -> Json:
    return {"type": "integer", "minimum": 0} if converter == "int" else {"type": "string", "minLength": 1}


def _responses(rule: Rule, bound: Operation) -> Json:
    given: Json = {"description": bound.status.phrase}
    if bound.gives is not None:
        given["content"] = {
            name: {"schema": bound.gives} for name in dict.fromkeys((bound.form, http.PLAIN_JSON))
        }
    found = {str(bound.status.value): given}
    if bound.creates:
        found["201"] = given | {"description": HTTPStatus.CREATED.phrase}
    if bound.method == "GET":
        found["304"] = {"description": HTTPStatus.NOT_MODIFIED.phrase}
    for status in sorted({*_refusals(rule, bound)}):
        problem = {"application/problem+json": {"schema": "Problem"}}
        found[str(status.value)] = {"description": status.phrase, "content": problem}
    return found


def _refusals(rule: Rule, bound: Operation) -> tuple[HTTPStatus, ...]:
    return (
        *_ALWAYS,
        HTTPStatus.UNAUTHORIZED,
        *(_OF_ONE if rule.arguments or bound.query is not None else ()),
        *(_WRITING if bound.writes else ()),
        *(_BODIES if bound.body is not None else ()),
        *(_MATCHING if bound.needs_match else ()),
        *bound.refusals,
    )


def _name(schema: object) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


_PROBLEM: Json = {
    "type": "object",
    "description": "What is wrong, and what helps. Source: RFC 9457.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "A JSON pointer into what was sent."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
