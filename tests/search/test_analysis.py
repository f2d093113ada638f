"""Text analysis: what holds for every text in the world."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search import analysis
from search.analysis import stemming
from search.engine import FILLER, Terms

LETTERS = (
    "aéßİıIŁđʿʾ'ǆﬁ٣٤أٱةيئہـ\u200c\u064b\u0651שׁםא\u05b8कर्मक्षेऽ़ঁথา้ํำเดกឱ្ក\u17d2မ္ြ་བོད ᠮ\u180b\u180eཀྱ"
    "漢字龍竜龙﨑𠮷葛\U000e0100かがｶﾞﾊﾟアー\u3099한국\u1112\u1161\u11abㅎㅏㄴΣσςἘᾳ\u0345\u0301e\u0323\u0307ﷺ½①𝔘\u2028\u001c\u0000\ud800~_-"
)
ANYTHING = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]), max_size=30)
TEXTS = st.one_of(ANYTHING, st.text(LETTERS, max_size=30))
# The first text of a script waits for its tables.
NO_HURRY = settings(deadline=None)
LANGUAGES = st.sampled_from([None, "", "none", "zz-Latn", "sa", *stemming.LANGUAGES])


@NO_HURRY
@given(TEXTS)
@example("e\u0323\u0307\u0301")
@example("ㅎㅏㄴ")
@example("\u0f71\u0f72\u0f74")
def test_offsets_cut_what_gives_the_term_out_of_the_original(text: str) -> None:
    for token in [*analysis.tokens(text), *analysis.characters(text)]:
        assert 0 <= token.start < token.end <= len(text)
        assert token.term in " ".join(terms_of(text[token.start : token.end]))


@NO_HURRY
@given(TEXTS)
def test_tokens_are_the_terms_with_their_places(text: str) -> None:
    terms, tokens = analysis.terms(text), analysis.tokens(text)
    assert tuple(token.term for token in tokens) == terms.words
    assert tuple(token.term for token in analysis.characters(text)) == terms.characters
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@NO_HURRY
@given(TEXTS, LANGUAGES)
@example("ওﷺ", "ar")
def test_texts_that_are_equal_to_unicode_have_equal_terms(text: str, language: str | None) -> None:
    terms = analysis.terms(text, language)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert analysis.terms(unicodedata.normalize(form, text), language) == terms


@NO_HURRY
@given(TEXTS, TEXTS, LANGUAGES)
def test_what_blanks_part_is_analysed_apart(first: str, second: str, language: str | None) -> None:
    together = analysis.terms(f"{first} {second}", language)
    apart = [analysis.terms(text, language) for text in (first, second)]
    joined = {name: sum((getattr(terms, name) for terms in apart), ()) for name in Terms.__slots__}
    assert (together.words, together.characters) == (joined["words"], joined["characters"])
    # Sounds come after stems.
    assert Counter(together.stems) == Counter(joined["stems"])


@NO_HURRY
@given(TEXTS, LANGUAGES)
def test_a_term_can_be_kept_by_every_engine(text: str, language: str | None) -> None:
    terms = analysis.terms(text, language)
    for term in (*terms.words, *terms.characters, *terms.stems):
        assert 0 < len(term) <= analysis.LONGEST
        assert not any(char.isspace() or unicodedata.category(char) in {"Cc", "Cs", "Cf"} for char in term)
        assert len(term.encode("utf-16-le")) // 2 < 255
    assert FILLER not in (*terms.words, *terms.characters, *terms.stems)


@pytest.mark.parametrize("unit", ["a", "漢", "한", "ก", "ก้", "क", "\U00020bb7", "เ", "\u0e49", "ཀ", "\ufdfa"])
def test_what_has_no_end_is_cut(unit: str) -> None:
    terms = analysis.terms(unit * 5000, "hi")
    assert max(map(len, (*terms.words, *terms.characters, *terms.stems))) <= analysis.LONGEST


@pytest.mark.parametrize(
    ("language", "text", "stems"),
    [
        ("de", "Die Häuser", ("de_die", "de_haus")),
        ("de-CH-1901", "HAEUSER", ("de_haus",)),
        ("nb", "bøkene", ("no_bok",)),
        ("nn-NO", "bøkene", ("no_bok",)),
        ("tr", "KIŞIN ışıkları", ("tr_kis", "tr_isik")),
        ("ru", "рукописей in Wien", ("ru_рукопис",)),
        ("el", "ἀνθρώπων", ("el_ανθρωπ",)),
        ("fa", "کتاب‌ها کتابهای", ("fa_كتاب", "fa_كتاب")),
        ("hr", "slobodama", ("sr_slobod",)),
        ("sk", "knihách", ("sk_knih",)),
        ("uk", "рукописів та in Wien", ("uk_рукоп", "uk_та")),
        ("ka", "ხელნაწერები", ("ka_ხელნა",)),
        ("de", "敦煌 壁画", ()),
        ("zh", "Häuser", ()),
        ("none", "Häuser", ()),
        (None, "Häuser", ()),
        (None, "कृष्णः संस्कृतम्", ("sa_kṛṣṇaḥ", "sa_krsn", "sa_saṃskṛtam", "sa_samskrtam")),
        ("sa-Latn", "Kṛṣṇaḥ", ("sa_krsn",)),
    ],
)
def test_words_have_stems_in_languages_that_inflect(
    language: str | None, text: str, stems: tuple[str, ...]
) -> None:
    assert analysis.terms(text, language).stems == stems


def test_a_language_map_has_the_terms_of_all_its_texts() -> None:
    terms = analysis.joined({"de": ["Häuser"], "zh-Hant": ["圖書館", "書"], "none": ["1/2"]})
    assert terms == Terms(("hauser", "图书", "书馆", "书", "1", "2"), ("图", "书", "馆", "书"), ("de_haus",))


def terms_of(text: str) -> tuple[str, ...]:
    terms = analysis.terms(text)
    return (*terms.words, *terms.characters)
