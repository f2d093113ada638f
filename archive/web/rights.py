"""The names by which people know licences and rights statements."""

import re
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _

_STATEMENTS = {
    "InC": _("In copyright"),
    "InC-OW-EU": _("In copyright – EU orphan work"),
    "InC-EDU": _("In copyright – educational use permitted"),
    "InC-NC": _("In copyright – non-commercial use permitted"),
    "InC-RUU": _("In copyright – rights-holder(s) unlocatable or unidentifiable"),
    "NoC-CR": _("No copyright – contractual restrictions"),
    "NoC-NC": _("No copyright – non-commercial use only"),
    "NoC-OKLR": _("No copyright – other known legal restrictions"),
    "NoC-US": _("No copyright – United States"),
    "CNE": _("Copyright not evaluated"),
    "UND": _("Copyright undetermined"),
    "NKC": _("No known copyright"),
}
"""By their code at rightsstatements.org."""

_LICENCE = re.compile(r"/licenses/([a-z-]+)/([0-9.]+)(?:/([a-z]+))?")
_DEDICATION = re.compile(r"/publicdomain/(zero|mark)/([0-9.]+)")
_STATEMENT = re.compile(r"/(?:vocab|page)/([A-Za-z-]+)/")


def name(uri: str) -> str:
    """The proper name of a rights URI, such as ``CC BY-SA 4.0``; of an unknown one, its host."""
    parts = urlsplit(uri)
    if licence := _LICENCE.match(parts.path):
        return " ".join(("CC", *(part.upper() for part in licence.groups() if part)))
    if dedication := _DEDICATION.match(parts.path):
        mark = _("Public Domain Mark")
        return f"{'CC0' if dedication[1] == 'zero' else mark} {dedication[2]}"
    if (statement := _STATEMENT.match(parts.path)) and statement[1] in _STATEMENTS:
        return str(_STATEMENTS[statement[1]])
    return parts.hostname or uri
