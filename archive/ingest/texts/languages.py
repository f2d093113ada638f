"""Language tags from what files of text call languages: long codes, English names, recognisers' own."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from iiif import language

# Recognisers' names for more than a language, and names that are not CLDR's.
_OWN = {
    "chi_sim": "zh-Hans", "chi_tra": "zh-Hant", "frk": "de", "cambodian": "km", "panjabi": "pa", "pāli": "pi",
    "oriya": "or", "slovene": "sl", "uighur": "ug", "gaelic": "gd", "nuosu": "ii", "divehi": "dv",
}  # fmt: skip


def tag(name: str | None) -> str | None:
    """The tag of BCP 47 for a language as files write it, ``de`` for ``ger`` and ``German``; or ``None``."""
    written = (name or "").strip()
    plain = written.lower().removesuffix("_vert").removesuffix("_old")
    known = _OWN.get(plain) or _names().get(plain)
    if known:
        return known
    primary, _, rest = plain.replace("_", "-").partition("-")
    if not primary.isalpha() or len(primary) not in {2, 3} or primary in {"und", "mul", "zxx"}:
        return None
    short = str(_aliases().get(primary, [primary])[0])
    # A recogniser's "deu_frak" says no more than "deu" does: the rest counts in a tag alone.
    full = f"{short}-{rest}" if rest and "_" not in written else short
    return full if language.is_tag(full) else short


@cache
def _names() -> Mapping[str, str]:
    return {name.lower(): code.replace("_", "-") for code, name in Locale("en").languages.items()}


@cache
def _aliases() -> Mapping[str, list[str]]:
    return {code: str(alias).split("_") for code, alias in get_global("language_aliases").items()}
