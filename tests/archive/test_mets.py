"""Books that METS describes are taken in whole: pages, texts, chapters, description."""

from pathlib import Path

import pytest
from factories import jpeg, photograph
from intake import outcomes, take_in
from requirements import SHARED

from archive.context import Context
from archive.ingest.mets import MetsSource
from archive.services import records, texts
from archive.services.drafts import Dates, Draft, RangeDraft

KANT = SHARED / "data" / "kant-1784"

MODS = """<mods xmlns="http://www.loc.gov/mods/v3">
 <titleInfo><nonSort>Der</nonSort><title>Baum</title><subTitle>ein Buch</subTitle></titleInfo>
 <titleInfo type="uniform"><title>Anders</title></titleInfo>
 <name><namePart>Ada</namePart><namePart type="date">1800-</namePart>
  <role><roleTerm type="code">aut</roleTerm></role></name>
 <name><displayForm>Der Drucker</displayForm><role><roleTerm>printer</roleTerm></role></name>
 <originInfo><place><placeTerm type="text">Berlin</placeTerm><placeTerm type="code">de</placeTerm></place>
  <publisher>Haude</publisher><dateIssued encoding="w3cdtf">1784</dateIssued></originInfo>
 <language><languageTerm type="code">ger</languageTerm></language>
 <subject><topic>Bäume</topic></subject><genre>Roman</genre><abstract>Es geht um Bäume.</abstract>
 <location><shelfLocator>B 12/3</shelfLocator></location>
 <recordInfo><recordIdentifier>PPN 12</recordIdentifier></recordInfo>
 <relatedItem><titleInfo><title>Reihe</title></titleInfo></relatedItem>
</mods>"""
DUBLIN_CORE = """<record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Baum</dc:title>
 <dc:creator>Ada</dc:creator><dc:date>um 1784</dc:date><dc:language>de</dc:language></record>"""


def document(
    *,
    described: str = MODS,
    files: str = "",
    physical: str = "",
    logical: str = "",
    links: str = "",
    root: str = "",
) -> str:
    return (
        '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{root}><dmdSec ID="D1"><mdWrap><xmlData>{described}</xmlData></mdWrap></dmdSec>'
        f"<fileSec>{files}</fileSec>"
        f'<structMap TYPE="PHYSICAL"><div TYPE="physSequence">{physical}</div></structMap>'
        f'<structMap TYPE="LOGICAL">{logical}</structMap><structLink>{links}</structLink></mets>'
    )


def group(use: str, media_type: str, **hrefs: str) -> str:
    files = "".join(
        f'<file ID="{name}" MIMETYPE="{media_type}"><FLocat xlink:href="{href}"/></file>'
        for name, href in hrefs.items()
    )
    return f'<fileGrp USE="{use}">{files}</fileGrp>'


def page(name: str, *files: str, attributes: str = "") -> str:
    pointers = "".join(f'<fptr FILEID="{one}"/>' for one in files)
    return f'<div ID="{name}" TYPE="page" {attributes}>{pointers}</div>'


def link(chapter: str, name: str) -> str:
    return f'<smLink xlink:from="{chapter}" xlink:to="{name}"/>'


FILES = group("IMG", "image/jpeg", i1="img/1.jpg", i2="img/2.jpg", i3="img/3.jpg") + group(
    "FULLTEXT", "text/xml", t1="ocr/1.xml", t2="ocr/2.xml"
)
PAGES = page("p1", "i1", "t1", attributes='ORDERLABEL="I"') + page("p2", "i2", "t2") + page("p3", "i3")


def draft(folder: Path, content: str) -> tuple[Draft, list[str]]:
    (folder / "mets.xml").write_text(content, encoding="utf-8")
    (entry,) = MetsSource([folder / "mets.xml"]).entries()
    assert entry.draft
    return entry.draft, [fault.message for fault in entry.faults]


def test_pages_have_their_pictures_texts_and_labels(tmp_path: Path) -> None:
    found, faults = draft(tmp_path, document(files=FILES, physical=PAGES))

    assert faults == []
    assert [(one.name, one.text and one.text.name, one.label) for one in found.pages] == [
        ("img/1.jpg", "ocr/1.xml", {"none": ["I"]}),
        ("img/2.jpg", "ocr/2.xml", {}),
        ("img/3.jpg", None, {}),
    ]


def test_best_group_counts_and_pages_stand_in_their_order(tmp_path: Path) -> None:
    files = (
        group("THUMBS", "image/jpeg", a1="s/1.jpg", a2="s/2.jpg")
        + group("DEFAULT", "image/jpeg", b1="d/1.jpg", b2="d/2.jpg")
        + group("MASTER", "image/tiff", c1="m/1.tif")
        + group("PAGE", "application/vnd.prima.page+xml", d1="p/1.xml")
        + group("ALTO", "application/alto+xml", e1="a/1.xml")
    )
    pages = page("p2", "a2", "b2", attributes='ORDER="2"') + page(
        "p1", "a1", "b1", "c1", "d1", "e1", attributes='ORDER="1"'
    )

    found, _ = draft(tmp_path, document(files=files, physical=pages))

    assert [(one.name, one.text and one.text.name) for one in found.pages] == [
        ("m/1.tif", "a/1.xml"),
        ("d/2.jpg", None),
    ]


def test_chapters_are_those_of_the_logical_map(tmp_path: Path) -> None:
    logical = (
        '<div ID="L0" TYPE="monograph" LABEL="Baum">'
        '<div ID="L1" LABEL="Anfang"><div ID="L2" TYPE="section"/></div>'
        '<div ID="L3" LABEL="Nichts"/></div>'
    )
    links = "".join(
        link(*one) for one in (("L0", "p1"), ("L1", "p1"), ("L1", "p2"), ("L2", "p2"), ("L2", "p3"))
    )

    found, _ = draft(tmp_path, document(files=FILES, physical=PAGES, logical=logical, links=links))

    section = RangeDraft({"none": ["section"]}, (2, 3))
    assert found.ranges == (RangeDraft({"none": ["Anfang"]}, (1,), (section,)),)


def test_mods_describes_the_record(tmp_path: Path) -> None:
    found, _ = draft(tmp_path, document(files=FILES, physical=PAGES))

    assert (found.key, found.label) == ("PPN 12", {"none": ["Der Baum: ein Buch"]})
    assert (found.maker, found.place, found.language) == (
        {"none": ["Ada"]},
        {"none": ["Berlin"]},
        {"en": ["German"]},
    )
    assert found.dates == Dates({"none": ["1784"]}, 1784, 1784)
    assert (found.subject, found.type, found.summary) == (
        {"none": ["Bäume"]},
        {"none": ["Roman"]},
        {"none": ["Es geht um Bäume."]},
    )
    assert found.accession_number == "B 12/3"
    assert found.metadata_pairs == (({"en": ["Publisher"]}, {"none": ["Haude"]}),)


def test_dublin_core_describes_it_too(tmp_path: Path) -> None:
    found, _ = draft(
        tmp_path, document(described=DUBLIN_CORE, files=FILES, physical=PAGES, root='OBJID="b1"')
    )

    assert (found.key, found.label, found.maker) == ("b1", {"none": ["Baum"]}, {"none": ["Ada"]})
    assert found.dates == Dates({"none": ["um 1784"]}, 1784, 1784)


@pytest.mark.parametrize(
    ("href", "message"),
    [
        (
            "https://example.org/1.jpg",
            '"https://example.org/1.jpg" is on another server, and nothing is fetched',
        ),
        ("../1.jpg", '"../1.jpg" leads out of the folder of the METS'),
        ("/etc/1.jpg", '"/etc/1.jpg" leads out of the folder of the METS'),
        ("file:///etc/1.jpg", "leads out of the folder of the METS"),
    ],
)
def test_files_from_elsewhere_are_not_taken(tmp_path: Path, href: str, message: str) -> None:
    found, faults = draft(
        tmp_path, document(files=group("IMG", "image/jpeg", i1=href), physical=page("p1", "i1"))
    )

    assert found.pages == ()
    assert message in faults[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<mets/>", 'is no METS, its root element is "mets"'),
        ("<alto", "line 1: is no sound XML"),
        ("<!DOCTYPE a><a/>", "has a DOCTYPE"),
    ],
)
def test_what_is_no_mets_is_refused(context: Context, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "b.xml").write_text(content)

    (outcome,) = take_in(context, tmp_path / "b.xml").outcomes

    assert (outcome.outcome, message in outcome.faults[0].message) == ("refused", True)


def test_book_is_taken_in_by_its_file_or_its_folder(context: Context, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "img").mkdir(exist_ok=True)
        jpeg(tmp_path / "img" / f"{number}.jpg", photograph(40 + number, 60))
    (tmp_path / "ocr").mkdir()
    (tmp_path / "ocr" / "1.xml").write_text("Der Baum")
    pages = page("p1", "i1", "t1") + page("p2", "i2")
    (tmp_path / "mets.xml").write_text(document(files=FILES, physical=pages), encoding="utf-8")

    assert outcomes(take_in(context, tmp_path / "mets.xml")) == {"PPN 12": "created"}
    assert outcomes(take_in(context, tmp_path)) == {"PPN 12": "unchanged"}
    with context.sessions() as session:
        assert len(records.find(session, "PPN-12").canvases) == 2
        page_text = texts.of(session, "PPN-12-1")
        assert page_text
        assert page_text.text == "Der Baum"


@pytest.mark.skipif(not KANT.exists(), reason="the shared scans are not beside the project")
def test_kants_essay_is_taken_in_whole(context: Context) -> None:
    report = take_in(context, KANT / "mets.xml")

    assert [one.outcome for one in report.outcomes] == ["created"]
    with context.sessions() as session:
        (canvas, other) = records.find(session, "kant-1784").canvases
        assert canvas.text
        assert canvas.text.profile == "http://www.loc.gov/standards/alto/ns-v2#"
        page_text = texts.of(session, other.identifier)
        assert page_text
        assert "Aufklaͤrung gelangen" in page_text.text
