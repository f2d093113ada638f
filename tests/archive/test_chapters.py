import pytest

from archive.ingest import chapters
from archive.ingest.chapters import Chapters
from archive.services.drafts import RangeDraft


def test_entries_name_pages_and_nest() -> None:
    text = "1-2 Cover\n3 Title page\n4- The river\n> 4–6 Its source\n>> 5 A spring\n> 7- Its mouth"
    assert chapters.read([("en", text)], 9) == Chapters(
        (
            RangeDraft({"en": ["Cover"]}, (1, 2)),
            RangeDraft({"en": ["Title page"]}, (3,)),
            RangeDraft(
                {"en": ["The river"]},
                (4, 5, 6, 7, 8, 9),
                (
                    RangeDraft({"en": ["Its source"]}, (4, 5, 6), (RangeDraft({"en": ["A spring"]}, (5,)),)),
                    RangeDraft({"en": ["Its mouth"]}, (7, 8, 9)),
                ),
            ),
        )
    )


def test_entries_may_stand_between_semicolons() -> None:
    read = chapters.read([("none", "1 Preface; 2 The river;")], 2)
    assert read.ranges == (RangeDraft({"none": ["Preface"]}, (1,)), RangeDraft({"none": ["The river"]}, (2,)))


def test_semicolon_is_text_where_lines_part_the_entries() -> None:
    read = chapters.read([("none", "1 Preface; or, why\n2 The river")], 2)
    assert read.ranges[0].label == {"none": ["Preface; or, why"]}


def test_entry_with_entries_below_needs_no_page() -> None:
    read = chapters.read([("none", "Part one\n>1 Preface")], 1)
    assert read.ranges == (
        RangeDraft({"none": ["Part one"]}, (), (RangeDraft({"none": ["Preface"]}, (1,)),)),
    )


def test_languages_of_the_same_entries_share_their_ranges() -> None:
    read = chapters.read([("en", "1 Preface\n2 River"), ("zh", "1 序\n2 河")], 2)
    assert read.ranges == (
        RangeDraft({"en": ["Preface"], "zh": ["序"]}, (1,)),
        RangeDraft({"en": ["River"], "zh": ["河"]}, (2,)),
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1-4 Preface", 'range "1-4 Preface": there are 3 pages: name some from 1 to 3'),
        ("0 Cover", 'range "0 Cover": there are 3 pages'),
        ("3-2 Back", 'range "3-2 Back": there are 3 pages'),
        ("1-2", 'range "1-2": has no label: write it after the pages'),
        ("2", 'range "2": has no label'),
        (">", 'range ">": has no label'),
        ("12th night", 'range "12th night": names no page: write its pages first'),
        ("1 A\n>>2 B", 'range ">>2 B": is 2 levels down: put it at most 1 down'),
        (">1 A", 'range ">1 A": is 1 levels down: put it at most 0 down'),
        ("Part\n1 A", 'range "Part": names no page'),
    ],
)
def test_fault_of_an_entry_is_told_with_the_remedy(text: str, fault: str) -> None:
    read = chapters.read([("none", text)], 3)
    assert read.ranges == ()
    assert read.faults[0].startswith(fault)


def test_every_fault_is_told() -> None:
    assert len(chapters.read([("none", "9 A\nB\n8 C")], 3).faults) == 2


def test_languages_of_different_entries_are_refused() -> None:
    (fault,) = chapters.read([("en", "1 Preface"), ("zh", "2 序")], 2).faults
    assert fault == "the languages differ in their entries: give each the same pages and levels"


def test_deepest_nesting_has_an_end() -> None:
    text = "\n".join(f"{'>' * depth}1 Level" for depth in range(2000))
    assert "put it at most 20 down" in chapters.read([("none", text)], 1).faults[0]


@pytest.mark.parametrize("cells", [[], [("none", ";")]])
def test_empty_cells_make_no_ranges(cells: list[tuple[str, str]]) -> None:
    assert chapters.read(cells, 3) == Chapters()
