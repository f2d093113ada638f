"""People, small and on their way; and the birds above them."""

from archive.demo.brush import Drawing, curve, taper
from archive.demo.paper import Colour, Rng

INK = (40, 34, 30, 255)
ROBES: tuple[Colour, ...] = ((232, 226, 210), (72, 96, 122), (150, 60, 48), (118, 104, 78), (64, 66, 70))

Spot = tuple[float, float]


def person(drawing: Drawing, rng: Rng, at: Spot, height: float) -> None:
    """A small figure: robe, sleeves, head, sometimes a hat, sometimes a staff."""
    x, foot = at
    robe = (*ROBES[int(rng.integers(len(ROBES)))], 255)
    lean = rng.normal(0, 0.05) * height
    body = [
        (x - height * 0.19, foot),
        (x + height * 0.19, foot),
        (x + lean + height * 0.13, foot - height * 0.7),
        (x + lean - height * 0.13, foot - height * 0.7),
    ]
    drawing.fill(body, robe)
    drawing.line([*body, body[0]], max(height * 0.03, 0.7), INK)
    drawing.line(
        [(x + lean - height * 0.12, foot - height * 0.62), (x + height * 0.22, foot - height * 0.42)],
        max(height * 0.1, 1.2),
        robe,
    )
    drawing.dot((x + lean, foot - height * 0.83), (height * 0.1, height * 0.12), (222, 186, 150, 255))
    drawing.dot((x + lean, foot - height * 0.92), (height * 0.1, height * 0.06), INK)
    kind = rng.random()
    if kind < 0.35:
        drawing.fill(
            [
                (x + lean - height * 0.24, foot - height * 0.86),
                (x + lean + height * 0.24, foot - height * 0.86),
                (x + lean, foot - height * 1.06),
            ],
            (190, 160, 104, 255),
        )
    elif kind < 0.6:
        drawing.line(
            [(x + height * 0.27, foot), (x + height * 0.24, foot - height * 1.05)],
            max(height * 0.03, 0.8),
            INK,
        )


def donkey(drawing: Drawing, rng: Rng, at: Spot, height: float) -> None:
    """A rider on a donkey, going left as the scroll does."""
    x, foot = at
    hide = (112, 98, 84, 255)
    drawing.dot((x, foot - height * 0.5), (height * 0.42, height * 0.2), hide)
    drawing.stroke(
        [(x - height * 0.3, foot - height * 0.55), (x - height * 0.58, foot - height * 0.85)],
        [height * 0.26, height * 0.15],
        hide,
    )
    drawing.dot((x - height * 0.62, foot - height * 0.85), (height * 0.17, height * 0.09), hide)
    drawing.line(
        [(x - height * 0.52, foot - height * 0.9), (x - height * 0.46, foot - height * 1.1)],
        max(height * 0.06, 1),
        hide,
    )
    for leg in (-0.3, -0.2, 0.22, 0.33):
        drawing.line(
            [(x + height * leg, foot - height * 0.4), (x + height * (leg + rng.normal(0, 0.05)), foot)],
            max(height * 0.07, 1),
            hide,
        )
    person(drawing, rng, (x, foot - height * 0.5), height)


def birds(drawing: Drawing, rng: Rng, at: Spot, span: float) -> None:
    """A skein of wild geese: two uneven lines, each bird two strokes of the wing."""
    for rank in range(int(rng.integers(9, 14))):
        side = 1 if rank % 2 else -1
        x = at[0] + rank * span * 1.9 + rng.normal(0, span * 0.3)
        y = at[1] + side * rank * span * 0.55 + rng.normal(0, span * 0.25)
        flap = rng.uniform(0.15, 0.5)
        for wing in (-1, 1):
            path = curve(
                [
                    (x, y),
                    (x + wing * span * 0.35, y - span * flap),
                    (x + wing * span * 0.75, y - span * flap * 0.4),
                ],
                8,
            )
            drawing.stroke(path, taper(8, 0.9, 0.1) * span * 0.13, (58, 52, 48, 230))
        drawing.stroke(
            [(x - span * 0.38, y + span * 0.02), (x, y), (x + span * 0.2, y + 1)],
            [span * 0.03, span * 0.13, 0.8],
            (58, 52, 48, 240),
        )
