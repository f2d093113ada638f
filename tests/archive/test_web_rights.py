"""Rights by the names that people know them by."""

import pytest
from flask import Flask
from flask_babel import Babel

from archive.web import locale, rights


@pytest.fixture
def speaking() -> Flask:
    app = Flask(__name__)
    Babel(app, default_translation_directories=str(locale.TRANSLATIONS))
    return app


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("http://creativecommons.org/publicdomain/mark/1.0/", "Public Domain Mark 1.0"),
        ("http://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0/igo/", "CC BY-NC-SA 3.0 IGO"),
        ("http://rightsstatements.org/vocab/InC/1.0/", "In copyright"),
        ("http://rightsstatements.org/vocab/NoC-OKLR/1.0/", "No copyright – other known legal restrictions"),
        ("http://rightsstatements.org/vocab/NEW/1.0/", "rightsstatements.org"),
        ("https://example.org/terms", "example.org"),
    ],
)
def test_a_rights_uri_has_its_proper_name(speaking: Flask, uri: str, name: str) -> None:
    with speaking.test_request_context():
        assert rights.name(uri) == name
