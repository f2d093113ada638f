import datetime as dt
from collections.abc import Callable

import pytest

from archive.ingest import cells


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a|b", ["a", "b"]),
        ("a; b ;", ["a", "b"]),
        ("a\nb\n", ["a", "b"]),
        ("White, George|man", ["White, George", "man"]),
        ("a|a", ["a"]),
    ],
)
def test_several_values_stand_between_bars_semicolons_or_lines(text: str, values: list[str]) -> None:
    assert cells.several(text) == values


def test_separator_of_the_mapping_is_the_only_one() -> None:
    assert cells.several("a|b, c;d", ",") == ["a|b", "c;d"]


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (cells.rights, "CC BY 4.0", "http://creativecommons.org/licenses/by/4.0/"),
        (cells.viewing_direction, "right-to-left", "right-to-left"),
        (cells.viewing_direction, "Right to Left", "right-to-left"),
        (cells.viewing_direction, "RTL", "right-to-left"),
        (cells.viewing_direction, "top_to_bottom", "top-to-bottom"),
        (cells.visibility, "Public", "public"),
        (cells.visibility, "embargoed", "embargo"),
        (cells.day, "2030-01-31", dt.date(2030, 1, 31)),
        (cells.order, "12", 12),
        (cells.order, "-3", -3),
        (cells.behavior, "paged", ("paged",)),
        (cells.behavior, "Continuous; auto-advance", ("continuous", "auto-advance")),
        (cells.collections, " Paintings / Landscapes ", ("Paintings/Landscapes",)),
        (cells.collections, "Asia/China | Maps;/", ("Asia/China", "Maps")),
    ],
)
def test_cell_is_read(parse: Callable[[str], object], text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "remedy"),
    [
        (cells.rights, "mine", "give a URI of creativecommons.org or rightsstatements.org"),
        (cells.viewing_direction, "upwards", 'viewing direction "upwards": write one of left-to-right'),
        (cells.visibility, "hidden", "write one of draft, public, restricted, embargo"),
        (cells.day, "31/01/2030", "write it as year-month-day, such as 2030-01-31"),
        (cells.day, "2030-02-30", "write it as year-month-day"),
        (cells.order, "first", "write a whole number, such as 12"),
        (cells.order, "1.5", "write a whole number"),
        (cells.order, "99999999999999", "write a whole number"),
        (cells.behavior, "pagd", 'behavior "pagd": write one of unordered'),
        (cells.behavior, "paged|continuous", "paged, continuous shut out one another: keep one"),
    ],
)
def test_cell_that_cannot_be_read_says_what_helps(
    parse: Callable[[str], object], text: str, remedy: str
) -> None:
    with pytest.raises(ValueError, match=text) as caught:
        parse(text)
    assert remedy in str(caught.value)
