"""The text of pictures is recognised by the real engines, and never stands in the way of what people gave."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import requirements
from click.testing import CliRunner, Result
from factories import Box, Pixels, jpeg, png, printed
from flask.testing import FlaskClient
from intake import take_in, write_sheet
from museum import make_pyramid
from PIL import Image, ImageDraw

from archive import cli
from archive.app import create_app
from archive.config import Settings
from archive.context import Context
from archive.demo import fonts
from archive.errors import Invalid
from archive.ingest.texts.composing import compose
from archive.models import Maker, Text
from archive.recognition import engine as engines
from archive.recognition import recognising
from archive.recognition.engine import Engine
from archive.recognition.recognising import Options
from archive.services import access, texts
from iiif.presentation import labels
from search.page_text import PageText

LINES = ("Enlightenment is the way out of", "immaturity, and nobody reads it", "twice in 1784 without a lamp")
PICTURE, WORDS = printed(*LINES)
GIVEN = PageText("as people wrote it", "en")


@pytest.fixture(scope="module")
def rapid() -> Engine:
    requirements.require(importlib.util.find_spec("rapidocr"), "needs RapidOCR: make ocr")
    return engines.open_engine("rapidocr")


@pytest.fixture(scope="module")
def tesseract() -> Engine:
    requirements.program("tesseract", "needs Tesseract (Debian: tesseract-ocr)")
    return engines.open_engine("tesseract")


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Engine:
    """The engine that the case names."""
    found: Engine = request.getfixturevalue(request.param)
    return found


BOTH = pytest.mark.parametrize("engine", ["rapid", "tesseract"], indirect=True)


@pytest.fixture
def book(context: Context, tmp_path: Path) -> Context:
    """An archive with a book of a printed page, a white one, and one whose picture is not made."""
    folder = tmp_path / "scans"
    folder.mkdir()
    png(folder / "leaf-1.png", PICTURE)
    jpeg(folder / "leaf-2.jpg", np.full((200, 300), 255, np.uint8))
    jpeg(folder / "leaf-3.jpg", PICTURE)
    sheet = write_sheet(
        tmp_path / "s.csv",
        ["identifier", "language", "files"],
        ["book", "English", "leaf-*"],
        ["bare", "", ""],
    )
    assert take_in(context, sheet, folder).is_clean
    for number in (1, 2):
        make_pyramid(context, f"leaf-{number}")
    return context


def recognise(context: Context, engine: Engine, *, again: bool = False) -> dict[str, str]:
    """What became of each canvas of the book."""
    found = recognising.recognise(context, ["book"], engine, Options(again=again))
    return {one.name: one.kind for one in found}


def row(context: Context, canvas: str = "book-1") -> Text | None:
    with context.sessions() as session:
        return texts.row_of(session, canvas)


def page(context: Context) -> PageText:
    with context.sessions() as session:
        return texts.require(session, "book-1")


def is_around(found: Box, word: Box) -> bool:
    """Whether a box has most of a word in it, and not much else: an engine's are as high as its lines."""
    across = min(found[0] + found[2], word[0] + word[2]) - max(found[0], word[0])
    down = min(found[1] + found[3], word[1] + word[3]) - max(found[1], word[1])
    area = word[2] * word[3]
    return max(across, 0) * max(down, 0) > 0.6 * area and found[2] * found[3] < 3 * area


@pytest.mark.ocr
@BOTH
def test_printed_page_is_read_with_its_boxes(book: Context, engine: Engine) -> None:
    assert recognise(book, engine) == {"book-1": "recognised", "book-2": "empty", "book-3": "failed"}

    found = page(book)
    read = [(found.text[start:end], box) for start, end, box in found.words]
    hits = [word for word, box in WORDS if any(word == text and is_around(one, box) for text, one in read)]
    assert len(hits) >= 0.9 * len(WORDS), found.text
    assert found.direction == "ltr"
    kept = row(book)
    assert kept is not None
    assert (kept.made_by, kept.engine, kept.language, kept.profile) == (
        Maker.MACHINE,
        engine.name,
        "en",
        None,
    )
    assert 0.7 < (kept.confidence or 0) <= 1
    assert row(book, "book-2") is None


@pytest.mark.ocr
def test_what_is_done_is_passed_over_and_made_anew_only_when_asked(book: Context, tesseract: Engine) -> None:
    recognise(book, tesseract)
    assert recognise(book, tesseract)["book-1"] == "known"
    with book.sessions.begin() as session:
        old = texts.written(GIVEN, made_by=Maker.MACHINE, engine="RapidOCR 1")
        texts.put(session, "book-1", old, reader=access.KEEPER)

    assert recognise(book, tesseract, again=True)["book-1"] == "recognised"

    assert page(book).text.startswith("Enlightenment")


@pytest.mark.ocr
def test_what_people_gave_stays(book: Context, tesseract: Engine) -> None:
    with book.sessions.begin() as session:
        texts.put(session, "book-1", texts.written(GIVEN), reader=access.KEEPER)

    assert recognise(book, tesseract, again=True)["book-1"] == "given"
    assert page(book) == GIVEN


@pytest.mark.ocr
def test_what_people_give_meanwhile_stays(book: Context, tesseract: Engine) -> None:
    def give(done: int, total: int) -> None:
        """As if somebody wrote it after the record was looked at."""
        if done == 0:
            with book.sessions.begin() as session:
                texts.put(session, "book-1", texts.written(GIVEN), reader=access.KEEPER)

    found = list(recognising.recognise(book, ["book"], tesseract, Options(progress=give)))

    assert (found[0].kind, page(book)) == ("given", GIVEN)


@pytest.mark.ocr
def test_columns_of_chinese_are_read_from_the_right(rapid: Engine, tmp_path: Path) -> None:
    requirements.require(fonts.present(), "needs the demonstration's typefaces: make setup")
    picture = Image.new("L", (500, 600), "white")
    for x, column in ((330, "獨坐幽篁裡"), (180, "彈琴復長嘯")):
        for place, character in enumerate(column):
            font = fonts.font(fonts.WENKAI, 70, character)
            ImageDraw.Draw(picture).text((x, 60 + place * 90), character, font=font, fill="black")

    found = _composed(rapid, np.asarray(picture), tmp_path)

    assert (found.text, found.direction) == ("獨坐幽篁裡\n彈琴復長嘯", "ttb")
    assert is_around(found.boxes(2, 4)[0], (330, 250, 70, 160))


@pytest.mark.ocr
@pytest.mark.parametrize(
    ("name", "language", "remedy"),
    [
        ("rapid", "ar", "use --engine tesseract"),
        ("rapid", "ru", "use --engine tesseract"),
        ("rapid", "sr", "use --engine tesseract"),
        ("rapid", "vi", "use --engine tesseract"),
        ("tesseract", None, "give --language"),
        ("tesseract", "tlh", "install it"),
    ],
)
def test_languages_that_can_not_be_read_are_told(
    request: pytest.FixtureRequest, name: str, language: str | None, remedy: str
) -> None:
    engine: Engine = request.getfixturevalue(name)
    with pytest.raises(Invalid, match=remedy):
        engine.require(language)


@pytest.mark.ocr
@pytest.mark.parametrize("language", [None, "en", "zh-Hant", "ja", "de-CH", "sr-Latn", "lzh"])
def test_languages_that_can_be_read_pass(rapid: Engine, language: str | None) -> None:
    rapid.require(language)


@pytest.fixture
def mogao(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command on the archive."""
    monkeypatch.setenv("MOGAO_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("MOGAO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("COLUMNS", "300")
    return lambda *words: CliRunner().invoke(cli.main, list(words))


@pytest.mark.ocr
def test_command_tells_what_became_of_each(
    book: Context, mogao: Callable[..., Result], tesseract: Engine
) -> None:
    done = mogao("ocr", "book", "--engine", "tesseract")

    assert done.exit_code == 1
    assert "book-3: its picture is not made" in done.output
    assert done.output.splitlines()[-1] == "1 recognised, 1 without text, 1 failed"
    assert row(book) is not None
    assert mogao("ocr", "bare", "--engine", "tesseract").exit_code == 1
    assert "is not in this archive" in mogao("ocr", "nothing", "--engine", "tesseract").output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--engine", "tesseract"), "apt-get install tesseract-ocr"),
        (("--language", "en_"), "use a BCP 47 tag"),
    ],
)
def test_command_says_what_is_missing_in_a_line(
    mogao: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.setenv("PATH", "")

    done = mogao("ocr", "book", *words)

    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert message in done.output


def test_command_says_how_the_extra_is_installed(
    mogao: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    # None stands for a module that can't be imported. Source: Python's import system, §5.3.1.
    monkeypatch.setitem(sys.modules, "rapidocr", None)

    done = mogao("ocr", "book")

    assert (done.exit_code, done.output) == (
        1, "Error: RapidOCR is not installed: pip install 'mogao[ocr]'\n",
    )  # fmt: skip


def test_machines_text_is_said_to_be_so(book: Context) -> None:
    with book.sessions.begin() as session:
        made = texts.written(GIVEN, made_by=Maker.MACHINE, engine="RapidOCR 3.10.0", confidence=0.9)
        texts.put(session, "book-1", made, reader=access.KEEPER)
    client: FlaskClient = create_app(book.settings).test_client()

    drawn = client.get("/iiif/canvas/book-1").get_json()

    assert [one["label"] for one in drawn["annotations"]] == [labels.MACHINE_TEXT]
    assert labels.MACHINE_TEXT in [one["label"] for one in drawn["rendering"]]
    assert client.get("/iiif/annotations/book-1/lines").get_json()["label"] == labels.MACHINE_TEXT
    assert "recognised by a machine" in client.get("/iiif/2/canvas/book-1").text
    told = client.get("/api/canvases/book-1/text").get_json()
    assert (told["madeBy"], told["engine"], told["confidence"]) == ("machine", "RapidOCR 3.10.0", 0.9)
    client.application.extensions["mogao"].close()


def _composed(engine: Engine, pixels: Pixels, path: Path) -> PageText:
    content = jpeg(path / "page.jpg", pixels).read_bytes()
    file = engine.recognise(content, "zh-Hant", in_columns=True)
    return compose(file.pages[0], (pixels.shape[1], pixels.shape[0]))[0]
