"""What the book says: a short treatise on handscrolls, written for the demonstration collection."""

from dataclasses import dataclass

TITLE = "The Unrolled River"
SUBTITLE = "A short treatise on handscrolls"
IMPRINT = ("Written and painted by code", "Mogao · 2026")


@dataclass(frozen=True)
class Chapter:
    """A chapter: its numeral, title, paragraphs, and the title of the plate that follows it."""

    numeral: str
    title: str
    paragraphs: tuple[str, ...]
    plate: str


CHAPTERS = (
    Chapter(
        "I",
        "How a scroll is unrolled",
        (
            "A handscroll is not hung on a wall. It lies on a table, rolled shut, and whoever"
            " wishes to see it must sit down, untie the cord, and begin. The left hand opens,"
            " the right hand closes; between them lies about as much of the picture as the "
            "arms can hold, and that is all there is. What has been seen is already rolled "
            "away. What is to come is still inside.",
            "So the painter of a scroll does not compose a picture but a walk. The first "
            "arm’s length is a near bank, with a path on it, and someone setting out. We "
            "follow him to the left. He passes a village and is hidden by a hill; the hill "
            "becomes a mountain; a temple bell, which we cannot hear, hangs in a roof no "
            "larger than a fingernail. Then the land stops, and for the length of two breaths"
            " there is only water.",
            "This emptiness is the hardest part to paint, because nothing is done to it. The "
            "silk is left as it came from the loom. Yet it is never bare, for the eye has "
            "been taught by the bank before it and will be answered by the bank beyond, and "
            "it crosses the gap as surely as a ferry.",
            "A museum case shows a scroll opened from end to end, and that is a kindness, but"
            " it is another thing: a river seen from the air. On a screen one may have both. "
            "Draw back, and the whole lies before you as it never lay before its painter. "
            "Come near, and let your hand move from right to left, slowly, at the pace of a "
            "man with a staff. He is on the road still. He will be at the bridge when you "
            "are.",
        ),
        "A river in three distances",
    ),
    Chapter(
        "II",
        "Of ink and of colours",
        (
            "Ink is soot and glue. Pine is burnt under a low roof, the lightest soot is swept"
            " from the far end, kneaded with glue of hide, pressed in a mould and left for "
            "years to dry. To paint, one grinds the stick with water on a stone, and the "
            "water decides everything: five inks live in one stick, from the black of lacquer"
            " to a grey that is only a warmth in the paper.",
            "The colours of the old blue and green landscapes are stones. Azurite gives the "
            "blue, malachite the green; they grow together in the same copper mines, and a "
            "lump often holds both. The stone is pounded, washed, and left to settle. What "
            "sinks first is coarse and dark; what floats longest is fine and pale. The same "
            "bowl of water therefore yields four blues, and a mountain may be built of all of"
            " them without a second pigment.",
            "Under the blue there is nearly always brown. A wash of ochre or of thin ink is "
            "laid first, so that the mineral, which is a powder and not a stain, has "
            "something to lie on and something to be missed when it flakes. For it does "
            "flake: a scroll is bent each time it is opened. The brown that shows at the feet"
            " of old mountains is partly the painter’s and partly time’s, and no one wishes "
            "any more to part them.",
            "Red is kept for small things: a gate, a robe, the seal. Cinnabar is heavy and "
            "poisonous and does not fade. When all the rest has gone the way of silk, the "
            "seal will still be saying whose it was.",
        ),
        "Eight pigments, laid twice",
    ),
    Chapter(
        "III",
        "Of silk and of paper",
        (
            "Silk for painting is woven close and then sized with alum and glue, or the ink "
            "would run along its threads like news along a street. Held to the light it is a "
            "net; laid on the table it is a surface, and the brush feels the difference "
            "between the thread that goes across and the thread that goes along. With age it "
            "darkens from ivory to tea. The finest silk lasts eight hundred years, which "
            "painters know and choose not to mention.",
            "Paper lasts a thousand. It is made of bark: mulberry, sandalwood, the inner skin"
            " of the paper vine. The bark is steamed, stripped, bleached on a hillside by a "
            "summer’s rain and sun, beaten, and stirred into water until it is hardly there. "
            "A screen is dipped and lifted. What stays on the screen is a sheet, and a "
            "hundred sheets are pressed together, wet, with nothing between them, and yet "
            "come apart again: this is the papermaker’s secret, and he will show it to you, "
            "and you will not be able to do it.",
            "Unsized paper drinks. A touch of the brush is taken at once and for ever, with "
            "its haste or its doubt. Sized paper waits a little. Painters of birds choose the"
            " second; painters of bamboo choose the first, since bamboo is painted quickly or"
            " not at all.",
            "In the pictures of this collection there is neither silk nor paper, only numbers"
            " that remember how threads lie. Look closely, all the same. Each thread is a "
            "little lighter or darker along its way, no two alike, because a machine left to "
            "itself would have made them so, and it was not left to itself.",
        ),
        "The weave, enlarged",
    ),
    Chapter(
        "IV",
        "Of mounting and of keeping",
        (
            "A painting comes from the painter’s table limp and cockled. The mounter sprays "
            "it, lays it face down, and with a wide brush of palm fibre and a paste as thin "
            "as milk gives it a back of paper, and after that another. It is brushed on to a "
            "board and left until the weather has changed at least once. Then come the "
            "borders of silk, the brocade at the head, the paper for those who will write at "
            "the end, the stave, the roller, the cord.",
            "Every join is pared with a knife until two thicknesses are as thin as one. A "
            "scroll that is badly mounted creaks; a good one makes no sound. It should open "
            "under its own weight and stay where it is put, and when it is rolled up again "
            "the edges should meet like the lips of someone who has finished speaking.",
            "Those who own a scroll write on it. At the end there is a length of blank paper "
            "for the purpose, and sooner or later it is full: praise, dates, a quarrel about "
            "the date, a poem by someone who saw it in a boat. Seals climb into the sky of "
            "the picture itself. This is thought no more of than footprints on a mountain "
            "path. They show that the path is used.",
            "To keep a scroll, keep it rolled, in its box, in the dark. To know it, open it. "
            "Between these two duties every keeper lives, and until our own time there was no"
            " third way. A faithful image is the third way: it lets a thousand hands unroll "
            "what only a few should touch. Let it be made with care, described in the words "
            "of its own people and of ours, and given to whoever asks.",
        ),
        "What lies under a picture",
    ),
)
COLOPHON = (
    "This book was set by a program in EB Garamond and Cormorant, typefaces of the SIL Open "
    "Font License, on paper that does not exist. Its plates were painted stroke by stroke "
    "with the brushes that painted the handscroll of the same collection.",
    "It is given to the public domain. Copy it, take it apart, put your own pages in its place.",
)
FIRST_PAGES = (4, 7, 10, 13)
"""The page on which each chapter begins; it has two pages of text, and its plate is the third."""
PAGES = 16
COLOPHON_PAGE = 16


def contents() -> list[tuple[str, int]]:
    """The table of contents: titles with their pages."""
    chapters = [
        (f"{one.numeral}. {one.title}", page) for one, page in zip(CHAPTERS, FIRST_PAGES, strict=True)
    ]
    return [*chapters, ("Colophon", COLOPHON_PAGE)]
