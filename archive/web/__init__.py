"""The pages for people."""

from flask import Flask
from flask_babel import Babel

from archive import http
from archive.web import headers, locale, pages, pictures, rights, searching, text


def register(app: Flask) -> None:
    """Give the application its pages, the languages they speak, and the page that shows an error."""
    Babel(app, default_translation_directories=str(locale.TRANSLATIONS), locale_selector=locale.catalogue)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(pick=text.pick, rights_name=rights.name, tag=locale.tag_of)
    app.jinja_env.globals.update(
        context=http.context,
        uris=http.uris,
        offered=locale.offered,
        spoken=locale.spoken,
        wanted=locale.wanted,
        in_language=locale.address,
        picture=pictures.picture,
        detail=pictures.detail,
        years=searching.years,
    )
    app.extensions["error_page"] = pages.error_page
    app.url_defaults(headers.fingerprint)
    app.after_request(headers.finish)
    app.register_blueprint(pages.blueprint)
