"""Every word of the pages stands in every language, and is put in as it was meant."""

import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import parse_mapping_cfg

from archive.web import locale

WEB = locale.TRANSLATIONS.parent
LANGUAGES = sorted(path.name for path in locale.TRANSLATIONS.iterdir() if path.is_dir())


def catalogue(name: str) -> Catalog:
    with (locale.TRANSLATIONS / name / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return pofile.read_po(file, locale=name)


def messages(name: str) -> Iterator[Message]:
    return (message for message in catalogue(name) if message.id)


@cache
def written() -> set[str | tuple[str, ...]]:
    """Every message that the code and the templates hold."""
    with (WEB / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # babel types its library only.
    ours = extract.extract_from_dir(
        WEB,
        method_map=methods,
        options_map=options,
        directory_filter=lambda path: Path(path).name != "assets",
    )
    return {message for _, _, message, _, _ in ours}


def test_the_four_languages_are_there() -> None:
    assert LANGUAGES == ["ar", "fr", "zh_Hans"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_what_is_written_and_nothing_else(language: str) -> None:
    assert {message.id for message in messages(language)} == written()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_in_all_its_forms(language: str) -> None:
    forms = catalogue(language).num_plurals
    bare = [
        message.id
        for message in messages(language)
        if message.fuzzy
        or not all(_strings(message))
        or len(_strings(message)) != (forms if message.pluralizable else 1)
    ]
    assert bare == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_name_no_other_placeholders(language: str) -> None:
    wrong = [
        string
        for message in messages(language)
        for string in _strings(message)
        if not _placeholders(string) <= _placeholders(" ".join(_ids(message)))
    ]
    assert wrong == []


def test_no_message_is_written_both_alone_and_with_a_plural() -> None:
    # A catalogue answers the one with a form of the other, whose placeholders nobody fills.
    alone = {message for message in written() if isinstance(message, str)}
    assert not alone & {message[0] for message in written() if isinstance(message, tuple)}


def test_arabic_counts_in_its_six_forms() -> None:
    compiled = BytesIO()
    mofile.write_mo(compiled, catalogue("ar"))
    compiled.seek(0)
    arabic = GNUTranslations(compiled)
    forms = [
        arabic.ngettext("%(number)s record", "%(number)s records", count) for count in (0, 1, 2, 3, 11, 100)
    ]
    assert forms == ["لا سجلات", "سجل واحد", "سجلان", "%(number)s سجلات", "%(number)s سجلاً", "%(number)s سجل"]


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s", text))
