"""Every script: what is found by what, and where."""

import re
from collections import Counter

import pytest
import scripts
from finding import is_found

from search import analysis, highlight, query
from search.analysis import stemming

MARKED = re.compile(r"\[(.+?)\]", re.DOTALL)
ROWS = [
    pytest.param(language, marked, written, id=f"{language}-{number}")
    for number, (language, marked, written) in enumerate(scripts.FOUND)
]
NAMED = "zh ja ko th lo km my bo ar fa ur he sa hi mn mnc ug de tr vi pl el ru am ka hy"


@pytest.mark.parametrize(("language", "marked", "written"), ROWS)
def test_a_text_is_found_in_every_script(language: str, marked: str, written: str) -> None:
    text, found = MARKED.sub(r"\1", marked), MARKED.findall(marked)
    sought = query.parse(written, languages=stemming.LANGUAGES)
    spans = highlight.spans(text, sought, language)
    assert is_found(sought, analysis.terms(text, language)) == bool(found)
    assert [text[span.start : span.end] for span in spans if found] == found


def test_every_script_has_three_rows() -> None:
    rows = Counter(language for language, _, _ in scripts.FOUND)
    assert [language for language in NAMED.split() if rows[language] < 3] == []
