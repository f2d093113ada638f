"""Files sent over the API, as clients of tus send them."""

import base64
import hashlib
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.models import Scope
from archive.services import tokens

PIECE = "application/offset+octet-stream"


def bearer(app: Flask, name: str, scope: Scope = Scope.WRITE, collection: str | None = None) -> FlaskClient:
    """A client with a token of its own."""
    with app.extensions["mogao"].sessions.begin() as session:
        secret = tokens.mint(session, name, scope, collection=collection)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def announce(client: FlaskClient, size: int, name: str = "page.tif", **headers: str) -> TestResponse:
    """Begin an upload; ``headers`` are further ones, ``_`` for ``-``."""
    told = {
        "Upload-Length": str(size),
        "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()},filetype",
        "Tus-Resumable": "1.0.0",
    }
    more = {key.replace("_", "-"): value for key, value in headers.items()}
    return client.post("/api/uploads", headers=told | more)


def piece(client: FlaskClient, address: str, offset: int, content: bytes, **headers: str) -> TestResponse:
    """Send a piece."""
    more = {key.replace("_", "-"): value for key, value in headers.items()}
    told: dict[str, Any] = {"Upload-Offset": str(offset), "Tus-Resumable": "1.0.0"}
    return client.patch(address, data=content, content_type=PIECE, headers=told | more)


def send(client: FlaskClient, content: bytes, name: str) -> str:
    """Send a whole file; its upload's identifier."""
    address = announce(client, len(content), name).headers["Location"]
    assert piece(client, address, 0, content).status_code == 204
    return address.rpartition("/")[2]


def digest(content: bytes) -> str:
    """A digest as RFC 9530 writes it."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"
