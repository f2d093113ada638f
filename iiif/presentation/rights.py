"""Rights: the licences and statements a document may name, and the ways in which people write them.

The property ``rights`` takes the ``http`` URIs of Creative Commons and RightsStatements.org only.
Spec: Presentation 3.0 §3.1, rights.
"""

import re
from functools import cache

_STATEMENTS = {
    "InC": "In Copyright",
    "InC-OW-EU": "In Copyright - EU Orphan Work",
    "InC-EDU": "In Copyright - Educational Use Permitted",
    "InC-NC": "In Copyright - Non-Commercial Use Permitted",
    "InC-RUU": "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable",
    "NoC-CR": "No Copyright - Contractual Restrictions",
    "NoC-NC": "No Copyright - Non-Commercial Use Only",
    "NoC-OKLR": "No Copyright - Other Known Legal Restrictions",
    "NoC-US": "No Copyright - United States",
    "CNE": "Copyright Not Evaluated",
    "UND": "Copyright Undetermined",
    "NKC": "No Known Copyright",
}
_ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"
_MARK = "http://creativecommons.org/publicdomain/mark/1.0/"

# Creative Commons' elements in their canonical order (1.0 wrote nd before nc, and had licences without
# by); licences before 4.0 were also adapted to places.
_LICENCE = re.compile(
    r"http://creativecommons\.org/licenses/"
    r"(?:by(?:-sa|-nc|-nc-sa|-nc-nd|-nd|-nd-nc)?|sa|nd|nc|nc-sa|nd-nc)"
    r"/(?:4\.0|(?:1\.0|2\.0|2\.1|2\.5|3\.0)(?:/(?:igo|scotland|[a-z]{2}))?)/"
)
_WEB_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?P<host>creativecommons\.org|rightsstatements\.org)/(?P<path>.*?)"
    r"/?(?:(?:deed|legalcode|rdf)(?:[.-][\w-]+)?)?/?(?:[?#].*)?",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"cc (?P<elements>(?:by|sa|nc|nd)(?: (?:sa|nc|nd))*)(?: (?P<version>\d\.\d))?"
    r"(?: (?:international|unported|generic|deed|licen[cs]e))*"
)
_REMEDY = (
    "give a URI of creativecommons.org or rightsstatements.org, or a short name such as "
    "CC0, CC BY 4.0, Public Domain, In copyright, NoC-US"
)


def rights_uri(text: str) -> str:
    """The canonical URI of the licence or statement that ``text`` names.

    Takes the URIs in every usual form (``https``, ``www.``, ``deed.fr``, RightsStatements.org's
    ``/page/``) and short or full names in any case. Raises ``ValueError`` with the remedy for anything
    else, and for a licence without a version: which one was given is not ours to guess.
    """
    written = text.strip()
    address = _WEB_ADDRESS.fullmatch(written)
    uri = _from_address(address["host"].lower(), address["path"]) if address else _from_name(written)
    if uri is None:
        raise ValueError(f'rights "{written}": {_REMEDY}')
    return uri


def is_canonical(uri: str) -> bool:
    """Whether ``uri`` is, letter by letter, one that the two vocabularies define."""
    return uri in _names().values() or _LICENCE.fullmatch(uri) is not None


def is_open(uri: str | None) -> bool:
    """Whether everyone may have a copy: Creative Commons' licences, the public domain, no copyright.

    Of RightsStatements.org's statements only NoC-US counts: the others bear conditions or doubts.
    """
    if uri is None or not is_canonical(uri):
        return False
    return uri.startswith("http://creativecommons.org/") or "/NoC-US/" in uri


def _from_address(host: str, path: str) -> str | None:
    if host == "rightsstatements.org":
        statement = re.fullmatch(r"(?:vocab|page|data)/([\w-]+)(?:/1\.0)?(?:\.\w+)?", path)
        return _names().get(_plain(statement[1])) if statement else None
    uri = f"http://{host}/{path.lower()}/"
    return uri if is_canonical(uri) else None


def _from_name(written: str) -> str | None:
    plain = _plain(written)
    licence = _SHORT.fullmatch(plain)
    if licence is None:
        return _names().get(plain)
    if licence["version"] is None:
        raise ValueError(f'rights "{written}": say the version of the licence, such as "{written} 4.0"')
    elements = licence["elements"].replace(" ", "-")
    uri = f"http://creativecommons.org/licenses/{elements}/{licence['version']}/"
    return uri if _LICENCE.fullmatch(uri) else None


@cache
def _names() -> dict[str, str]:
    """Every name, plain, with its URI."""
    names = dict.fromkeys(("cc0", "cc0 1.0", "cc zero", "cc zero 1.0"), _ZERO)
    names |= dict.fromkeys(
        ("public domain", "public domain mark", "public domain mark 1.0", "pdm", "pdm 1.0"), _MARK
    )
    for code, title in _STATEMENTS.items():
        uri = f"http://rightsstatements.org/vocab/{code}/1.0/"
        names |= dict.fromkeys((_plain(code), _plain(title), _plain(f"{code} 1.0")), uri)
    return names | {"all rights reserved": names["inc"]}


def _plain(name: str) -> str:
    """``name`` in lower case, its words parted by one blank, whatever parted them before."""
    return " ".join(re.findall(r"\d\.\d|[^\W_]+", name.casefold()))
