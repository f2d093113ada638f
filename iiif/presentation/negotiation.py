"""Which version of Presentation, in which media type, a client is given for its ``Accept`` header.

Spec: Presentation 3.0 §6.2 and 2.1 §7; source: RFC 9110 §12.4.2 and §12.5.1.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iiif.errors import NotExpressible

VERSIONS = (3, 2)
"""The versions that are served at an address without one, the default first."""

_LINKED, _PLAIN = "application/ld+json", "application/json"

# A quotation that nobody closed reaches to the end, so that no header costs more than its length.
_QUOTED = r'"(?:\\.?|[^"\\])*(?:"|\Z)'
_ELEMENT = re.compile(rf'(?:{_QUOTED}|[^,"])+', re.DOTALL)
_PART = re.compile(rf'(?:{_QUOTED}|[^;"])+', re.DOTALL)
_QUALITY = re.compile(r"[01](?:\.\d*)?|\.\d+", re.ASCII)
_PROFILE = re.compile(r"https?://iiif\.io/api/presentation/(\d)/context\.json", re.ASCII)


@dataclass(frozen=True)
class Choice:
    """The version to answer in, and the ``Content-Type`` that says so."""

    version: int
    media_type: str


@dataclass(frozen=True)
class _Range:
    """A media range: its type in lower case, the versions its profile names (``None`` without one)."""

    name: str
    versions: frozenset[int] | None
    quality: float
    profiles: tuple[str, ...]


@dataclass(frozen=True)
class _Offer:
    name: str
    version: int


def choose(accept: str | None, versions: Sequence[int] = VERSIONS) -> Choice:
    """What to answer to a client that sent ``accept``, of ``versions``, whose first is the default.

    The highest quality wins, then the range that says most, then our own order: newer before older, and
    JSON-LD before plain JSON from 3.0 on. What we have nothing for (pages, unknown profiles, garbage) is
    answered with the default, as if nothing had been said. Raises ``NotExpressible`` only where
    the header refuses, by ``q=0``, everything we have.
    """
    ranges = list(_ranges(accept or ""))
    offers = [offer for version in versions for offer in _offers(version)]
    wishes = {offer: _wish(offer, ranges) for offer in offers}
    # A wish of nobody's comes after all that are wanted, and before what is refused.
    left = [offer for offer, wish in wishes.items() if wish is None or wish[0] > 0]
    if not left:
        raise NotExpressible(f"Accept refuses all there is: add {_PLAIN} to it, or leave the header out")
    chosen = max(left, key=lambda offer: wishes[offer] or (0.0, 0))
    return Choice(chosen.version, _media_type(chosen))


def instead(accept: str | None, refused: int, versions: Sequence[int] = VERSIONS) -> Choice | None:
    """What a client takes in place of a version that has no form of a document.

    ``None`` where ``accept`` names nothing else of ``versions``: what is answered then is the refusal.
    """
    ranges = list(_ranges(accept or ""))
    others = [offer for version in versions if version != refused for offer in _offers(version)]
    named = {offer: wish for offer in others if (wish := _wish(offer, ranges)) and wish[0] > 0}
    if not named:
        return None
    chosen = max(named, key=lambda offer: named[offer])
    return Choice(chosen.version, _media_type(chosen))


def choices(versions: Sequence[int] = VERSIONS) -> list[Choice]:
    """Everything that ``choose`` may give."""
    return [Choice(one.version, _media_type(one)) for version in versions for one in _offers(version)]


def prefers(accept: str | None, profile: str) -> bool:
    """Whether ``accept`` names JSON-LD of ``profile``, and wants nothing else more."""
    ranges = list(_ranges(accept or ""))
    wished = [one.quality for one in ranges if one.name == _LINKED and profile in one.profiles]
    return bool(wished) and 0 < max(wished) >= max(one.quality for one in ranges)


def _offers(version: int) -> tuple[_Offer, _Offer]:
    """The forms of a version, the default first. Spec: Presentation 2.1 §7.1 has it otherwise than 3.0."""
    linked, plain = _Offer(_LINKED, version), _Offer(_PLAIN, version)
    return (plain, linked) if version == 2 else (linked, plain)


def _media_type(offer: _Offer) -> str:
    if offer.name == _PLAIN:
        return _PLAIN
    return f'{_LINKED};profile="http://iiif.io/api/presentation/{offer.version}/context.json"'


def _wish(offer: _Offer, ranges: Sequence[_Range]) -> tuple[float, int] | None:
    """The quality that the most specific range gives ``offer``, and how specific it is; ``None`` without."""
    matching = [(level, one.quality) for one in ranges if (level := _specificity(one, offer)) is not None]
    if not matching:
        return None
    level, quality = max(matching)
    return quality, level


def _specificity(one: _Range, offer: _Offer) -> int | None:
    if one.name in {"*/*", "application/*"}:
        return 0 if one.name == "*/*" else 1
    if one.name != offer.name:
        return None
    if one.versions is None:
        return 2
    return 3 if offer.version in one.versions else None


def _ranges(accept: str) -> Iterator[_Range]:
    for element in _ELEMENT.findall(accept):
        name, *parameters = [part.strip() for part in _PART.findall(element)] or [""]
        named = dict(reversed([_parameter(text) for text in parameters]))
        profile = named.get("profile")
        versions = None if profile is None else frozenset(map(int, _PROFILE.findall(profile)))
        yield _Range(name.lower(), versions, _quality(named.get("q", "1")), tuple((profile or "").split()))


def _parameter(text: str) -> tuple[str, str]:
    """Name and value of a parameter; of one that is given twice, the first counts."""
    name, _, value = text.partition("=")
    value = value.strip()
    if value.startswith('"'):
        value = re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
    return name.strip().lower(), value


def _quality(text: str) -> float:
    # Whoever writes what is no quality did name the type: that is a wish.
    return min(float(text), 1.0) if _QUALITY.fullmatch(text) else 1.0
