"""Which file of text belongs to a page by its name: ``leaf-1.xml`` beside ``leaf-1.tif``."""

from collections.abc import Iterable, Mapping

# Those that know most of the page come first.
_ENDINGS = (".alto.xml", ".page.xml", ".xml", ".hocr", ".hocr.html", ".html", ".htm", ".txt")


def is_text(name: str) -> bool:
    """Whether the file called ``name`` may hold the text of a page, by its ending."""
    return name.lower().endswith(_ENDINGS)


def by_stem(names: Iterable[str]) -> Mapping[str, str]:
    """The best file of text for each stem, both as paths; letters' case does not matter in stems."""
    found: dict[str, tuple[int, str]] = {}
    for name in names:
        lower = name.lower()
        for rank, ending in enumerate(_ENDINGS):
            if lower.endswith(ending):
                stem = name[: -len(ending)].casefold()
                found[stem] = min(found.get(stem, (rank, name)), (rank, name))
    return {stem: name for stem, (_, name) in found.items()}


def stem(name: str) -> str:
    """The stem of a picture's name, as ``by_stem`` has it."""
    folder, slash, last = name.rpartition("/")
    return (folder + slash + (last.rpartition(".")[0] or last)).casefold()
