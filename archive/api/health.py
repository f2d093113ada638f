"""Whether the server lives, and whether it can serve."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from archive import context as contexts
from archive import http
from archive.errors import MogaoError, Unavailable

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="live")


@blueprint.get("/ready")
def ready() -> Response:
    """The catalogue answers and has this version's form; 503 with the reason otherwise."""
    context = http.context()
    try:
        current = contexts.check_version(context)
    except MogaoError as error:
        raise Unavailable(str(error)) from error
    if not current:
        raise Unavailable("the catalogue is not of this version: run mogao init")
    with context.sessions() as session:
        session.execute(text("SELECT 1"))
    return jsonify(status="ready")
