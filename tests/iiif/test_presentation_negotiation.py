import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iiif.errors import NotExpressible
from iiif.presentation.negotiation import Choice, choose, instead

PREZI = "http://iiif.io/api/presentation"
LD = "application/ld+json"
PLAIN = "application/json"
P2, P3, P4 = (f'{LD};profile="{PREZI}/{version}/context.json"' for version in (2, 3, 4))

LD3, LD2 = Choice(3, P3), Choice(2, P2)
JSON3, JSON2 = Choice(3, PLAIN), Choice(2, PLAIN)

TABLE = [
    ("P.05 no header", None, LD3),
    ("P.05 empty header", "", LD3),
    ("P.05 JSON-LD", LD, LD3),
    ("P.06 plain JSON", PLAIN, JSON3),
    ("P.06 plain JSON preferred", f"{LD};q=0.5, {PLAIN}", JSON3),
    ("P.06 JSON-LD preferred", f"{LD}, {PLAIN};q=0.9", LD3),
    ("P.06 both alike", f"{PLAIN}, {LD}", LD3),
    ("P.06 plain JSON before anything", f"{PLAIN}, text/plain, */*", JSON3),
    ("P.07 profile 3", P3, LD3),
    ("P.08 profile 2", P2, LD2),
    ("P.08 profile 2 before anything", f"{P2}, */*", LD2),
    ("P.08 profile 2 of plain JSON", f'{PLAIN};profile="{PREZI}/2/context.json"', JSON2),
    ("P.08 https in the profile", f'{LD};profile="https://iiif.io/api/presentation/2/context.json"', LD2),
    ("P.10 unquoted", f"{LD};profile={PREZI}/2/context.json", LD2),
    ("P.10 unquoted with a quality", f"{LD}; profile={PREZI}/2/context.json ; q=0.9, {LD};q=0.1", LD2),
    ("P.10 other parameters", f'{LD};charset=utf-8;profile="{PREZI}/2/context.json";x="a,b;c"', LD2),
    ("P.10 case", f'Application/LD+JSON;Profile="{PREZI}/2/context.json";Q=1', LD2),
    ("P.10 blanks", f'  {LD} ;  profile = "{PREZI}/2/context.json" ', LD2),
    ("P.10 escaped", f'{LD};profile="{PREZI}\\/2/context.json"', LD2),
    ("P.11 2 wanted more", f"{P3};q=0.5, {P2}", LD2),
    ("P.11 3 wanted more", f"{P3}, {P2};q=0.9", LD3),
    ("P.11 alike", f"{P2}, {P3}", LD3),
    ("P.11 3 refused", f"{P3};q=0, {P2};q=0.1", LD2),
    ("P.11 3 refused, of whatever JSON-LD there is", f"{P3};q=0, {LD}", LD2),
    ("P.11 JSON-LD refused", f"{LD};q=0", JSON3),
    ("P.11 JSON-LD refused, the rest welcome", f"{LD};q=0, */*", JSON3),
    ("P.11 the most specific range counts", f"*/*;q=1, {LD};q=0.1, {P2};q=0.2, {PLAIN};q=0", LD2),
    ("P.11 all of application", "application/*", LD3),
    ("P.11 no number", f"{P2};q=high", LD2),
    ("P.11 above 1", f"{P2};q=1.9, {P3}", LD3),
    ("P.12 both", f'{LD};profile="{PREZI}/2/context.json {PREZI}/3/context.json"', LD3),
    ("P.12 2 and an unknown one", f'{LD};profile="{PREZI}/4/context.json  {PREZI}/2/context.json"', LD2),
    ("P.12 unquoted", f"{LD};profile={PREZI}/2/context.json http://example.org/x", LD2),
    ("P.14 profile 4", P4, LD3),
    ("P.14 profile 4, else 2", f"{P4}, {P2};q=0.5", LD2),
    ("P.14 profile 4, else plain JSON", f"{P4}, {PLAIN};q=0.5", JSON3),
    ("P.16 unknown profile", f'{LD};profile="http://example.org/x"', LD3),
    ("P.16 anything", "*/*", LD3),
    ("P.16 browser", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", LD3),
    ("P.16 page only", "text/html", LD3),
    ("P.16 garbage", ';;=,"\\', LD3),
    ("P.16 unclosed quotation", f'{LD};profile="{PREZI}/2/context.json', LD2),
]


@pytest.mark.parametrize(("accept", "choice"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_version_and_media_type_follow_the_header(accept: str | None, choice: Choice) -> None:
    assert choose(accept) == choice


@pytest.mark.parametrize(
    ("accept", "choice"),
    [
        (None, JSON2),
        ("*/*", JSON2),
        ("text/html", JSON2),
        (f"{LD}, {PLAIN}", JSON2),
        (LD, LD2),
        (f"{LD}, */*;q=0.1", LD2),
        (P2, LD2),
        (P3, JSON2),
    ],
)
def test_a_pinned_2_1_is_plain_json_unless_json_ld_is_asked_for(accept: str | None, choice: Choice) -> None:
    assert choose(accept, [2]) == choice


@pytest.mark.parametrize(
    "accept",
    ["*/*;q=0", "text/html, */*;q=0.0", "application/*;q=0", f"{LD};q=0,{PLAIN};q=0", f"{P4}, */*;q=0"],
)
def test_only_what_refuses_everything_gets_nothing(accept: str) -> None:
    with pytest.raises(NotExpressible, match="Accept refuses all there is: add application/json to it"):
        choose(accept)


@pytest.mark.parametrize(
    ("accept", "choice"),
    [
        (None, None),
        (P2, None),
        (f"{P2}, text/html", None),
        (f"{P2}, {P3};q=0", None),
        (f"{P2}, {P3};q=0.1", LD3),
        (f"{P2}, {PLAIN};q=0.5, {LD};q=0.1", JSON3),
        (f"{P2}, */*;q=0.1", LD3),
    ],
)
def test_what_is_taken_in_place_of_2_1_is_what_the_header_names(
    accept: str | None, choice: Choice | None
) -> None:
    assert instead(accept, 2) == choice


PIECES = st.sampled_from(
    [*'";,=\\ */', "q", "profile", "0", "1", ".5", LD, PLAIN, f"{PREZI}/2/context.json", "é"]
)


@settings(deadline=None)
@given(st.text() | st.lists(PIECES).map("".join))
def test_no_header_is_a_fault(accept: str) -> None:
    try:
        choice = choose(accept)
    except NotExpressible:
        assert "0" in accept
    else:
        assert choice in {LD3, LD2, JSON3, JSON2}


@pytest.mark.parametrize("piece", ['"', '\\"', '"\\', ",", ";", "=", "a", "q=0,", ';a="'])
def test_a_long_header_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()

    choose(piece * (60_000 // len(piece)))

    assert time.process_time() - started < 1
