"""Which language a page speaks, and which languages its reader would read a record in."""

from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from flask import request

from archive import http
from iiif import language

TRANSLATIONS = Path(__file__).parent / "translations"
COOKIE = "mogao_language"

_SOURCE = "en"
"""The language that the templates are written in; it needs no catalogue."""


def offered() -> list[Locale]:
    """The languages of the pages: those of the settings that we have, in the settings' order, or all."""
    wanted = [match(tag, translated()) for tag in http.context().settings.languages]
    tags = dict.fromkeys(tag for tag in wanted if tag) or dict.fromkeys(translated())
    return [Locale.parse(tag, sep="-") for tag in tags]


def spoken() -> Locale:
    """The language of this page: the address's, the one chosen before, the browser's, the first offered."""
    tags = [tag_of(locale) for locale in offered()]
    matches = (match(wish, tags) for wish in (*_chosen(), *_accepted()))
    return Locale.parse(next((tag for tag in matches if tag), tags[0]), sep="-")


def catalogue() -> str:
    """The name of the spoken language's message catalogue, such as ``zh_Hans``."""
    return str(spoken())


def wanted() -> list[str]:
    """The tags, best first, that the reader should see a record's own text in.

    A language that was chosen by hand goes before those of the browser; these go before the page's
    own, since a record may speak a language that the pages do not.
    """
    own = tag_of(spoken())
    return [own, *_accepted()] if _chosen() else [*_accepted(), own]


def chosen_now() -> str | None:
    """The tag of the language that this very request asks for, to be remembered; ``None`` without one."""
    return match(request.args.get("lang", ""), [tag_of(locale) for locale in offered()])


def address(locale: Locale) -> str:
    """The address of this page in another language, relative to its own."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*kept, ("lang", tag_of(locale))])


def match(wish: str, tags: list[str]) -> str | None:
    """The first of ``tags`` that is ``wish``, or else that is the same language in another form."""
    same = [tag for tag in tags if tag.lower() == wish.lower()]
    near = [tag for tag in tags if language.primary(tag) == language.primary(wish)]
    return next(iter(same + near), None)


def tag_of(locale: Locale) -> str:
    """The BCP 47 tag of a locale: ``zh-Hans``."""
    return str(locale).replace("_", "-")


@cache
def translated() -> list[str]:
    """The tags of the languages that the pages are written in, English first."""
    folders = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())
    return [_SOURCE, *(name.replace("_", "-") for name in folders)]


def _chosen() -> list[str]:
    return [wish for wish in (request.args.get("lang"), request.cookies.get(COOKIE)) if wish]


def _accepted() -> list[str]:
    return [tag for tag in request.accept_languages.values() if tag != "*"]
