"""The demonstration collection: whole, described in many languages, the same each time it is painted."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from archive import demo
from archive.demo import (
    album,
    book,
    fonts,
    geometry,
    handscroll,
    mounting,
    mural,
    room,
    sheet,
    starbook,
    studio,
    treatise,
)
from archive.demo.chamber import CAISSON, FLOOR, WALL_TOP, Panel
from archive.errors import Unavailable
from archive.ingest import sources
from archive.ingest.faults import Entry

SCALE = 0.02
HANDS = {
    "zh-Hans": (fonts.BRUSH,),
    "zh-Hant": (fonts.YUJI,),
    "ja": (fonts.YUJI,),
    "ar": (fonts.AMIRI, fonts.RUQAA),
    "fr": (fonts.GARAMOND_ITALIC,),
    "en": (fonts.CORMORANT_ITALIC,),
    "bo": (fonts.JOMOLHARI,),
}
SCROLL = (
    (fonts.BRUSH, mounting.TITLE),
    (fonts.YUJI, "".join(mounting.POEM) + "莫高畫并題"),
    (fonts.WENKAI, "".join(mounting.COLOPHON) + mounting.SIGNATURE),
    (fonts.WENKAI_BOLD, "莫高江山在目初展莫高館印右行左展雲水古池壺中春信"),
)


@pytest.fixture(scope="module")
def typefaces() -> None:
    """Skips where the typefaces are not installed; continuous integration must have them."""
    if fonts.present():
        return
    if os.environ.get("CI"):
        pytest.fail('the typefaces are not installed: run "make setup"')
    pytest.skip('the typefaces are not installed: run "make setup"')


@pytest.fixture(scope="module")
def painted(typefaces: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet of a small painted collection."""
    return demo.paint(tmp_path_factory.mktemp("demonstration"), scale=SCALE, workers=0)


@pytest.fixture(scope="module")
def entries(painted: Path) -> list[Entry]:
    source = sources.open_source([painted], byte_limit=1 << 24)
    return list(source.entries())


@pytest.mark.node
def test_the_sheet_is_taken_in_without_a_fault(entries: list[Entry]) -> None:
    assert [fault for entry in entries for fault in entry.faults] == []


@pytest.mark.node
def test_every_record_has_its_pictures(entries: list[Entry]) -> None:
    drafts = [entry.draft for entry in entries if entry.draft]
    assert [(draft.identifier, len(draft.pages)) for draft in drafts] == [
        ("handscroll", 1),
        ("album", len(album.LEAVES)),
        ("book", treatise.PAGES),
        ("cave", 1),
        ("star-book", geometry.PAGES),
        ("mural", 1),
        ("river-tune", 1),
    ]


@pytest.mark.node
def test_the_ranges_of_the_book_are_its_printed_table_of_contents(entries: list[Entry]) -> None:
    ranges = next(entry.draft.ranges for entry in entries if entry.draft and entry.key == "book")
    printed = treatise.contents()
    assert [(one.label["en"][0], one.pages[0]) for one in ranges[3:]] == printed


@pytest.mark.node
def test_the_ranges_of_the_arabic_book_are_its_written_table_of_contents(entries: list[Entry]) -> None:
    ranges = next(entry.draft.ranges for entry in entries if entry.draft and entry.key == "star-book")
    assert [(one.label["ar"][0], one.pages[0]) for one in ranges[3:]] == geometry.contents()


@pytest.mark.node
def test_the_mural_has_two_layers(entries: list[Entry]) -> None:
    (page,) = next(entry.draft.pages for entry in entries if entry.draft and entry.key == "mural")
    assert [layer.label["en"] for layer in page.layers] == [["Visible light"], ["Infrared"]]


@pytest.mark.node
def test_the_tune_has_captions_and_a_poster(entries: list[Entry]) -> None:
    (page,) = next(entry.draft.pages for entry in entries if entry.draft and entry.key == "river-tune")
    assert [one.language for one in page.captions] == ["en", "zh-Hans"]
    assert page.poster


@pytest.mark.node
def test_no_stray_file_lies_beside_the_pictures(painted: Path) -> None:
    kept = sorted(path.relative_to(painted.parent).parts[0] for path in painted.parent.iterdir())
    assert kept == [
        "album", "book", "cave.jpg", "demonstration.csv", "handscroll.jpg", "mural-infrared.jpg", "mural.jpg",
        "river-tune.en.vtt", "river-tune.poster.jpg", "river-tune.wav", "river-tune.zh-Hans.vtt", "star-book",
    ]  # fmt: skip


@pytest.mark.node
def test_a_picture_that_is_there_is_not_painted_again(painted: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in painted.parent.rglob("*.jpg")}
    heard: list[tuple[str, float]] = []
    demo.paint(painted.parent, lambda name, share: heard.append((name, share)), scale=SCALE, workers=0)
    assert {path: path.stat().st_mtime_ns for path in painted.parent.rglob("*.jpg")} == before
    assert heard == [("handscroll.jpg", 1.0)]


@pytest.mark.node
def test_a_lost_picture_is_painted_as_it_was(painted: Path) -> None:
    lost = painted.parent / "album" / "03-ar.jpg"
    before = lost.read_bytes()
    lost.unlink()
    demo.paint(painted.parent, scale=SCALE, workers=0)
    assert lost.read_bytes() == before


@pytest.mark.node
def test_the_pictures_have_the_shape_of_the_full_ones(painted: Path) -> None:
    sizes = {}
    for name in ("handscroll.jpg", "album/01-zh-Hant.jpg", "book/01.jpg", "cave.jpg", "star-book/01.jpg"):
        with Image.open(painted.parent / name) as image:
            sizes[name] = image.size
    full = [(mounting.WIDTH, mounting.HEIGHT), album.SIZE, book.SIZE, room.SIZE, starbook.SIZE]
    assert list(sizes.values()) == [(round(w * SCALE), round(h * SCALE)) for w, h in full]


@pytest.mark.node
def test_strips_of_the_scroll_meet_without_a_seam(typefaces: None) -> None:
    whole = np.asarray(handscroll.strip((230, 60), SCALE), np.int16)
    right = np.asarray(handscroll.strip((260, 30), SCALE), np.int16)
    # The resampling of the ground may round the last bit of a pixel another way.
    assert np.abs(whole[:, 30:] - right).max() <= 2


@pytest.mark.node
@pytest.mark.parametrize("leaf", album.LEAVES, ids=lambda leaf: leaf.language)
def test_the_typefaces_of_a_leaf_draw_its_every_character(typefaces: None, leaf: album.Leaf) -> None:
    written = set("".join(leaf.lines))
    assert [
        (face.package, c) for face in HANDS[leaf.language] for c in written if not fonts.has(face, c)
    ] == []


@pytest.mark.node
@pytest.mark.parametrize(("face", "text"), SCROLL, ids=lambda value: getattr(value, "package", ""))
def test_the_typefaces_of_the_scroll_draw_its_every_character(
    typefaces: None, face: fonts.Face, text: str
) -> None:
    assert [character for character in text if not fonts.has(face, character)] == []


@pytest.mark.node
def test_the_typeface_of_the_book_draws_its_every_character(typefaces: None) -> None:
    text = "".join(p for chapter in treatise.CHAPTERS for p in (*chapter.paragraphs, chapter.title))
    written = set(text + "".join(treatise.COLOPHON) + "".join(treatise.IMPRINT))
    assert [character for character in written if not fonts.has(fonts.GARAMOND, character)] == []


@pytest.mark.node
def test_the_typefaces_of_the_arabic_book_draw_its_every_character(typefaces: None) -> None:
    chapters = "".join("".join((*one.paragraphs, one.title, one.figure)) for one in geometry.CHAPTERS)
    printed = chapters + "".join(geometry.COLOPHON) + geometry.IMPRINT + geometry.SUBTITLE
    named = geometry.TITLE + geometry.CONTENTS + "".join(one.title for one in geometry.CHAPTERS)
    # A sentence ends with a star that is drawn, for the typeface has no full stop.
    assert [c for c in set(printed) if not fonts.has(fonts.AMIRI, c)] == [starbook.STOP]
    assert [c for c in set(named) if not fonts.has(fonts.RUQAA, c)] == []


@pytest.mark.node
def test_the_infrared_lies_pixel_upon_pixel_over_the_visible(typefaces: None) -> None:
    seen, below = mural.visible(0.1), mural.infrared(0.1)
    assert (seen.mode, below.mode) == ("RGB", "L")
    assert seen.size == below.size
    assert below.size == pytest.approx([value * 0.1 for value in mural.SIZE], abs=1)


@pytest.mark.node
def test_the_typeface_of_the_colour_notes_draws_them(typefaces: None) -> None:
    assert [note for note in mural.NOTES if not fonts.has(fonts.WENKAI_BOLD, note)] == []


@pytest.mark.node
def test_a_character_that_a_typeface_lacks_is_known_as_such(typefaces: None) -> None:
    assert not fonts.has(fonts.GARAMOND, "莫")


@pytest.mark.node
def test_tibetan_is_stacked_and_arabic_joined(typefaces: None) -> None:
    stacked = fonts.width(fonts.JOMOLHARI, 100, "སྐྱེ")
    assert stacked < 0.6 * sum(fonts.width(fonts.JOMOLHARI, 100, letter) for letter in "སཀཡ")
    joined = fonts.width(fonts.AMIRI, 100, "ببب")
    assert joined != pytest.approx(3 * fonts.width(fonts.AMIRI, 100, "ب"))


@pytest.mark.node
@pytest.mark.parametrize("chapter", treatise.CHAPTERS, ids=lambda chapter: chapter.numeral)
def test_a_chapter_fills_its_two_pages_and_no_more(typefaces: None, chapter: treatise.Chapter) -> None:
    pages = book.composed(chapter)
    assert len(pages) == 2
    assert " ".join(text for page in pages for text, _, _ in page) == " ".join(chapter.paragraphs)


@pytest.mark.parametrize("row", sheet.rows(), ids=lambda row: row["identifier"])
def test_every_record_speaks_these_languages(row: dict[str, str]) -> None:
    for field in ("label", "summary"):
        assert {"en", "zh-Hans", "zh-Hant", "fr", "ar", "ja"} <= set(_tags(row, field))


@pytest.mark.parametrize("row", sheet.rows(), ids=lambda row: row["identifier"])
def test_lists_have_as_many_values_in_every_language(row: dict[str, str]) -> None:
    for field in ("type", "subject", "place", "language", "maker"):
        assert len({row[f"{field}@{tag}"].count("|") for tag in _tags(row, field)}) <= 1


def test_the_sheet_is_written_as_the_records_are(tmp_path: Path) -> None:
    with sheet.write(tmp_path).open(encoding="utf-8", newline="") as file:
        read = [{name: text for name, text in row.items() if text} for row in csv.DictReader(file)]
    assert read == sheet.rows()


def test_missing_typefaces_are_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "ROOT", tmp_path)
    with pytest.raises(Unavailable, match='run "make setup"'):
        demo.paint(tmp_path)


def test_an_unfinished_picture_is_never_left_under_its_name(tmp_path: Path) -> None:
    def fails(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    broken = studio.Picture("leaf.jpg", 1, fails)
    with pytest.raises(OSError, match="disk full"):
        studio.finish(tmp_path, broken)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("longitude", "latitude", "panel", "point"),
    [
        (0, 0, Panel.AHEAD, (0, 1, 0)),
        (90, 0, Panel.RIGHT, (1, 0, 0)),
        (180, 0, Panel.BEHIND, (0, -1, 0)),
        (-90, 0, Panel.LEFT, (-1, 0, 0)),
        (0, -89, Panel.FLOOR, (0, 0.0115, FLOOR)),
        (0, 89, Panel.CAISSON, (0, 0.0199, room.SUMMIT)),
        (45, 0, None, (1, 1, 0)),
    ],
)
def test_a_ray_meets_the_room_where_it_should(
    longitude: float, latitude: float, panel: Panel | None, point: tuple[float, float, float]
) -> None:
    level = np.cos(np.radians(latitude))
    ray = room.Rays(
        *(
            np.array([[value]])
            for value in (
                level * np.sin(np.radians(longitude)),
                level * np.cos(np.radians(longitude)),
                np.sin(np.radians(latitude)),
            )
        )
    )
    hit = room.cast(ray)
    assert (hit.x[0, 0], hit.y[0, 0], hit.z[0, 0]) == pytest.approx(point, abs=1e-3)
    assert panel is None or hit.panel[0, 0] == panel


def test_the_slopes_of_the_ceiling_join_the_walls_and_the_flat() -> None:
    for high, wide in ((WALL_TOP, 1.0), (room.SUMMIT, CAISSON)):
        steep = np.array([[high / wide * 0.999, high / wide * 1.001]])
        norm = np.hypot(1, steep)
        hits = room.cast(room.Rays(np.zeros_like(steep), 1 / norm, steep / norm))
        assert hits.y[0, 0] == pytest.approx(hits.y[0, 1], abs=5e-3)
        assert hits.z[0, 0] == pytest.approx(high, abs=5e-3)


def test_the_rays_of_the_view_go_all_around() -> None:
    rays = room.rays((360, 180), (0, 180))
    assert np.allclose(rays.x**2 + rays.y**2 + rays.z**2, 1, atol=1e-5)
    assert rays.y[90, 180] == pytest.approx(1, abs=1e-3)
    assert rays.z[0, 0] == pytest.approx(1, abs=1e-3)


def _tags(row: dict[str, str], field: str) -> Iterator[str]:
    return (name.partition("@")[2] for name in row if name.startswith(f"{field}@"))
