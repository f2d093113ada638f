import random
import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.services import identifiers


@pytest.mark.parametrize("text", ["a", "N00106", "Or.8210", "a~b_c-d.e", "0", "x" * 200])
def test_unreserved_ascii_is_fit(text: str) -> None:
    assert identifiers.is_fit(text)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "-a", "_a", "~a", "a/b", "a b", "é", "a%20", "a\n", "x" * 201, "文", "１"]
)
def test_what_a_url_would_escape_or_resolve_is_not_fit(text: str) -> None:
    assert not identifiers.is_fit(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Or.8210/S.1", "Or.8210-S.1"),
        ("  Vase   blanc ", "Vase-blanc"),
        ("Gévaudan", "Gevaudan"),
        (unicodedata.normalize("NFD", "Gévaudan"), "Gevaudan"),
        ("a--b-", "a--b-"),
        ("..hidden", "hidden"),
        ("map 東京", "map"),
        ("千里江山圖", ""),
        ("a\\b/c", "a-b-c"),
    ],
)
def test_slug_keeps_what_a_url_can_show(text: str, expected: str) -> None:
    assert identifiers.slug(text) == expected


@pytest.mark.parametrize("text", ["Or.8210/S.1", "Vase blanc", "Gévaudan", "N00106"])
def test_mint_adds_no_hash_when_only_blanks_slashes_and_marks_are_lost(text: str) -> None:
    assert identifiers.mint(text) == identifiers.slug(text)


def test_mint_tells_apart_names_that_leave_the_same_slug() -> None:
    tokyo, kyoto = identifiers.mint("map 東京"), identifiers.mint("map 京都")
    assert tokyo != kyoto
    assert tokyo.startswith("map-")


def test_mint_of_a_name_without_latin_letters_is_a_hash() -> None:
    assert identifiers.mint("千里江山圖") == f"r-{identifiers.short_hash('千里江山圖')}"


@given(st.text(min_size=1, max_size=300))
def test_minted_is_fit_and_stays_itself(text: str) -> None:
    minted = identifiers.mint(text)
    assert identifiers.is_fit(minted)
    assert identifiers.mint(minted) == minted


@given(st.text(min_size=1))
def test_both_unicode_forms_mint_the_same(text: str) -> None:
    assert identifiers.mint(unicodedata.normalize("NFC", text)) == identifiers.mint(
        unicodedata.normalize("NFD", text)
    )


@pytest.mark.parametrize(
    ("files", "taken", "expected"),
    [
        pytest.param([("r1", "scans/a.tif")], [], ["a"], id="stem"),
        pytest.param([("r1", "a.tif"), ("r1", "a.jpg")], [], ["a.tif", "a.jpg"], id="name"),
        pytest.param([("r1", "x/1.tif"), ("r2", "y/1.tif")], [], ["r1-1", "r2-1"], id="record and stem"),
        pytest.param(
            [("r1", "1.tif"), ("r1", "1.jpg"), ("r2", "1.tif"), ("r2", "1.jpg")],
            [],
            ["r1-1.tif", "r1-1.jpg", "r2-1.tif", "r2-1.jpg"],
            id="record and name",
        ),
        pytest.param([("r1", "a.tif")], ["a"], ["a.tif"], id="stem taken"),
        pytest.param([("r1", "a.tif"), ("r2", "a")], [], ["a.tif", "r2-a"], id="claimed at another level"),
        pytest.param([("r1", "p 1.tif")], [], ["p-1"], id="made fit"),
        pytest.param([("r1", "a.tif"), ("r1", "a.tif")], [], ["a", "a"], id="the same file twice"),
    ],
)
def test_asset_takes_the_first_name_it_alone_claims(
    files: list[tuple[str, str]], taken: list[str], expected: list[str]
) -> None:
    assert identifiers.assign(files, taken) == expected


def test_same_names_in_one_record_are_told_apart_by_a_hash() -> None:
    recto, verso = identifiers.assign([("r1", "recto/1.tif"), ("r1", "verso/1.tif")], set())
    assert recto != verso
    assert recto.startswith("r1-1.tif-")
    assert verso.startswith("r1-1.tif-")


def test_name_without_a_fit_letter_is_a_hash_beside_its_record() -> None:
    (assigned,) = identifiers.assign([("r1", "頁.tif")], set())
    assert re.fullmatch("r1-[0-9a-f]{8}", assigned)


_NAMES = st.sampled_from(
    ["a.tif", "a.jpg", "a", "b/a.tif", "c/a.tif", "r1-a", "r1-a.tif", "頁.tif", "頁.jpg", "A.tif"]
)
_FILES = st.lists(st.tuples(st.sampled_from(["r1", "r2", "a", "頁"]), _NAMES), unique=True)


@given(_FILES, st.sets(st.sampled_from(["a", "a.tif", "r1-a", "tif"])), st.randoms())
def test_assets_are_named_apart_and_alike_in_any_order(
    files: list[tuple[str, str]], taken: set[str], chance: random.Random
) -> None:
    named = dict(zip(files, identifiers.assign(files, taken), strict=True))
    shuffled = chance.sample(files, len(files))
    assert dict(zip(shuffled, identifiers.assign(shuffled, taken), strict=True)) == named
    assert len(set(named.values())) == len(files)
    assert all(identifiers.is_fit(name) for name in named.values())
    assert not taken & set(named.values())


def test_assigning_grows_with_the_files_and_not_their_square() -> None:
    files = [(f"r{number % 997}", f"book{number % 997}/{number // 997}.tif") for number in range(20_000)]
    start = time.process_time()
    assigned = identifiers.assign(files, frozenset())
    assert len(set(assigned)) == len(files)
    assert time.process_time() - start < 5
