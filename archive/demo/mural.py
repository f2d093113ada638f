"""A mural by itself, in visible light and in infrared: what the painters drew before they coloured it.

In the near infrared earths and gold turn pale, azurite and malachite gray, and only the carbon of ink stays
black: the drawing under the colours is seen, with its snapped cords, its notes of colours and its changes.
"""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from archive.demo import dwellings, figures, fonts, murals, paper, people
from archive.demo.brush import Drawing
from archive.demo.canvas import Canvas
from archive.demo.chamber import PLASTER, WALL_HIGH
from archive.demo.paper import Colour, Rng

CLOSE = 1.75
"""Pixels of this picture for a unit of the wall: it is seen from nearer than the cave's."""
SIZE = (round(2000 * CLOSE), round(WALL_HIGH * CLOSE))
NOTES = "工彔青墨"
"""What painters wrote for the colours of robes: halves of the characters for red and green, blue, ink."""
_SEED = 366
_CARBON: Colour = (52, 52, 52)


def visible(scale: float = 1.0) -> Image.Image:
    """The mural as one sees it, 3500 by 2205 pixels at ``scale`` 1."""
    return _worn(_painted(scale * CLOSE).image, (204, 178, 140))


def infrared(scale: float = 1.0) -> Image.Image:
    """The same, pixel upon pixel, as a camera for the near infrared sees it: in grays."""
    painted = _painted(scale * CLOSE)
    seen = Canvas(_reflected(painted.image), painted.scale)
    _contours(seen, painted.image)
    _cords(seen)
    _colour_notes(seen)
    _changes(seen)
    return _worn(seen.image, (222, 222, 222)).convert("L")


def _painted(scale: float) -> Canvas:
    rng = np.random.default_rng(_SEED)
    size = (round(2000 * scale), round(WALL_HIGH * scale))
    canvas = Canvas(paper.aged(rng, size, PLASTER, (172, 140, 100), spread=0.2), scale)
    murals.journey(canvas, rng)
    return canvas


def _reflected(image: Image.Image) -> Image.Image:
    """How much of the infrared each colour gives back: all but ink much, red ones more than blue ones."""
    pixels = np.asarray(image, np.float32)
    inked = 1 - paper.smoothstep(pixels.max(-1), 58, 130)
    gray = (1 - inked) * (112 + 0.5 * pixels[..., 0]) + inked * 74
    return paper.to_image(np.repeat(gray[..., None], 3, -1))


def _contours(seen: Canvas, painted: Image.Image) -> None:
    """The first lines of all that was painted later, a little beside where the colour went."""
    gray = painted.convert("L")
    fine, broad = (gray.filter(ImageFilter.GaussianBlur(seen.scale * r)) for r in (0.5, 1.7))
    lines = ImageChops.subtract(broad, fine).point([min(round(max(v - 5, 0) * 7.5), 200) for v in range(256)])
    aside = (round(1.6 * seen.scale), round(-1.2 * seen.scale))
    seen.stain(ImageChops.offset(lines, *aside), (0, 0), _CARBON)


def _cords(seen: Canvas) -> None:
    """Lines snapped with an inked cord, by which the rows of figures were set out."""
    left, top, wide, high = murals.ROWS
    columns, rows, cell = figures.grid(murals.ROWS)
    snapped = Drawing((left, top - 30, wide, high + 60), seen.scale, "L")
    for column in range(columns + 1):
        for share in (0.0, 0.5):
            x = left + min(column + share, columns) * cell[0]
            snapped.line([(x, top - 26), (x, top + high + 26)], 1.5, 190 if share == 0 else 90)
    for row in range(rows + 1):
        for share, tone in ((0.0, 190), (0.36, 90), (0.77, 90)):
            y = top + min(row + share, rows) * cell[1]
            snapped.line([(left, y), (left + wide, y)], 1.5, tone)
    seen.stain(snapped.image(), snapped.place, _CARBON)


def _colour_notes(seen: Canvas) -> None:
    """On each robe the note of its colour, for the pupils who filled it."""
    left, top, _, _ = murals.ROWS
    columns, rows, cell = figures.grid(murals.ROWS)
    size = cell[1] * 0.2 * seen.scale
    for row in range(rows):
        for column in range(columns):
            at = (left + (column + 0.7) * cell[0], top + (row + 0.62) * cell[1])
            place = (at[0] * seen.scale, at[1] * seen.scale)
            note = NOTES[(column + row) % len(NOTES)]
            fonts.column(seen.image, place, note, fonts.WENKAI_BOLD, size=size, ink=_CARBON)


def _changes(seen: Canvas) -> None:
    """What was drawn and given up: a pagoda of nine storeys, a second caravan, a moon."""
    rng = np.random.default_rng([_SEED, 1])
    for drawing in _given_up(rng, seen.scale):
        flat = Image.new("RGB", drawing.size, (255, 255, 255))
        picture = drawing.image()
        flat.paste(picture, (0, 0), picture)
        edges = ImageChops.invert(flat.convert("L").filter(ImageFilter.CONTOUR))
        seen.stain(edges.point([min(v * 2, 225) for v in range(256)]), drawing.place, _CARBON)


def _given_up(rng: Rng, scale: float) -> Iterator[Drawing]:
    x, foot = murals.PAGODA
    tower = Drawing((x - 90, foot - 420, 180, 430), scale)
    dwellings.pagoda(tower, (x + 14, foot), 104, 7)
    yield tower
    caravan = Drawing((280, foot - 80, 460, 160), scale)
    for rank in range(5):
        kind = people.donkey if rank % 2 else people.person
        kind(caravan, rng, (330.0 + rank * 74, foot + 62), 84)
    yield caravan
    moon = Drawing((180, 500, 160, 160), scale)
    moon.dot((260, 580), (62, 62), (120, 120, 120, 255))
    yield moon


def _worn(image: Image.Image, clay: Colour) -> Image.Image:
    """Colour lost in patches down to the ``clay``, alike in every light, and cracks."""
    rng = np.random.default_rng([_SEED, 2])
    patches = paper.noise(rng, (500, 315), (90, 70), 5)
    lost = paper.to_image(235 * paper.smoothstep(patches, 0.69, 0.72)).resize(
        image.size, Image.Resampling.BICUBIC
    )
    scale = image.width / 2000
    cracks = Drawing((0, 0, 2000, WALL_HIGH), scale, "L")
    for _ in range(9):
        steps = np.cumsum(rng.normal(0, 15, (40, 2)) + rng.normal(0, 9, 2), 0)
        start = rng.random(2) * (2000, WALL_HIGH)
        cracks.stroke(start + steps, np.linspace(2.2, 0.5, 40), 150)
    bare = Image.composite(Image.new("RGB", image.size, clay), image, lost)
    edge = ImageChops.subtract(lost, ImageChops.offset(lost, round(2 * scale), round(2 * scale)))
    for mask in (edge.point([v // 2 for v in range(256)]), cracks.image().crop((0, 0, *image.size))):
        bare.paste((70, 62, 54), (0, 0, *image.size), mask)
    return paper.fibres(rng, bare, 0.16)
