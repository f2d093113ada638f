"""What viewers will stumble over in anybody's document, and in how its server gives it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

from archive import fetching
from archive.errors import Invalid, Unavailable
from iiif.errors import InvalidDocument
from iiif.presentation import gate, upgrade
from iiif.presentation.document import ACCEPT
from iiif.presentation.gate import advice
from iiif.presentation.gate.advice import Finding, ImageService
from iiif.presentation.gate.paths import Json

MOST_SERVICES = 5
"""Image services that are asked: a book of 1,000 pages has one kind of them, seldom more."""

LARGE = 10_000_000
"""Bytes from which on a document keeps readers waiting, and small devices from showing it."""

_ORIGIN = "https://viewer.example"
_INFO_BYTES = 1_000_000
_INFO_SECONDS = 10


@dataclass(frozen=True)
class Examination:
    """What was found in the document at ``place``, of ``type`` in ``version`` 2 or 3 of Presentation."""

    place: str
    type: str
    version: int
    findings: tuple[Finding, ...]

    def count(self, severity: advice.Severity) -> int:
        """How many findings are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def examine(place: Path | str, *, byte_limit: int, allow_private: bool = False) -> Examination:
    """Examine a file, or what is at an address and its first image services.

    Raises ``Invalid`` and ``Unavailable`` as ``fetching.fetch`` does, ``OSError``, and ``InvalidDocument``
    for what is no JSON object.
    """
    if isinstance(place, Path):
        with place.open("rb") as file:
            content = file.read(byte_limit + 1)
        return _examination(str(place), content, byte_limit=byte_limit)
    url = urldefrag(place).url
    fetched = fetching.fetch(
        url, byte_limit=byte_limit, allow_private=allow_private, accept=ACCEPT, origin=_ORIGIN
    )
    return _examination(
        url, fetched.content, byte_limit=byte_limit, fetched=fetched, allow_private=allow_private
    )


def _examination(
    place: str,
    content: bytes,
    *,
    byte_limit: int,
    fetched: fetching.Fetched | None = None,
    allow_private: bool = False,
) -> Examination:
    document = gate.read(content, byte_limit=byte_limit)
    version = 2 if "@type" in document and "type" not in document else 3
    findings = list(_answered(document, place, fetched)) if fetched else []
    if len(content) > LARGE:
        what = f"has {len(content):,} bytes: viewers load all of it before they show anything"
        findings.append(Finding("warning", "", what, "divide it, or refer to its annotations"))
    current, judged = _judged(document, version)
    findings += judged
    if current:
        findings += advice.advise(current, address=fetched.url if fetched else None)
        for service in advice.image_services(current)[:MOST_SERVICES] if fetched else ():
            findings += _served(service, allow_private=allow_private)
    kind = str(document.get("type", document.get("@type", "none"))).removeprefix("sc:")
    return Examination(place, kind, version, tuple(findings))


def _judged(document: Json, version: int) -> tuple[Json | None, list[Finding]]:
    """The document in 3.0, where it can be had, and what the gate says of it."""
    if version == 3:
        try:
            gate.check(document)
        except InvalidDocument as error:
            return document, [advice.refused(fault) for fault in error.faults]
        return document, []
    told = Finding("note", "", "is of Presentation 2: paths are those of its 3.0 form", "publish 3.0 as well")
    findings = [told, *advice.advise_2(document)]
    try:
        return upgrade.upgrade(document), findings
    except InvalidDocument as error:
        return None, findings + [advice.refused(fault) for fault in error.faults]


def _answered(document: Json, url: str, fetched: fetching.Fetched) -> Iterator[Finding]:
    """How the server gave the document. Spec: Presentation 3.0 §3.2 (id) and §6.2 (CORS, media type)."""
    if not _is_open(fetched):
        yield Finding(
            "error",
            "",
            "its server does not allow other sites to read it (CORS), so that viewers there can't",
            "send the header Access-Control-Allow-Origin: *",
        )
    media_type = fetched.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in {"application/json", "application/ld+json"}:
        yield Finding(
            "error",
            "",
            f"its Content-Type is {media_type or 'missing'}",
            "send application/ld+json with the profile of its version, or application/json",
        )
    id_ = document.get("id", document.get("@id"))
    # No error: it may be published at its id as well, as a copy is.
    if id_ not in (url, fetched.url):
        yield Finding(
            "warning",
            "id" if "id" in document else "@id",
            f'is "{id_}" and not this address: viewers that go by the id read another document, or none',
            "make the id the address at which it is published",
        )


def _served(service: ImageService, *, allow_private: bool) -> Iterator[Finding]:
    """Whether an image service answers, to other sites too, and in the version that is declared."""
    url = f"{service.id.rstrip('/')}/info.json"
    try:
        fetched = fetching.fetch(
            url,
            byte_limit=_INFO_BYTES,
            allow_private=allow_private,
            accept="application/ld+json, application/json;q=0.9, */*;q=0.1",
            timeout=_INFO_SECONDS,
            origin=_ORIGIN,
        )
        info = json.loads(fetched.content)
    except (Invalid, Unavailable) as error:
        yield Finding("warning", service.path, f"the image service does not answer: {error}", "")
        return
    except (ValueError, RecursionError):
        info = None
    if not isinstance(info, dict):
        yield Finding("warning", service.path, f'"{url}" is no JSON object', "look whether the id is right")
        return
    if not _is_open(fetched):
        yield Finding(
            "warning",
            service.path,
            "the image service does not allow other sites to read it (CORS)",
            "send the header Access-Control-Allow-Origin: * there",
        )
    version = advice.image_version(info)
    if version != service.version:
        yield Finding(
            "warning",
            service.path,
            f"is declared as Image API {service.version}, and its info.json is of {version or 'none'}",
            "declare the version that it has",
        )


def _is_open(fetched: fetching.Fetched) -> bool:
    return fetched.headers.get("Access-Control-Allow-Origin", "").strip() in {"*", _ORIGIN}
