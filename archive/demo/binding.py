"""How a book is bound: the shadow where a page bends into its binding, and its cut edge."""

from typing import Literal

import numpy as np
from PIL import ImageDraw

from archive.demo import paper
from archive.demo.canvas import Canvas

Side = Literal["left", "right"]
_WIDE = 170
"""How far the shadow reaches into the page, in pixels at scale 1."""


def bend(canvas: Canvas, side: Side) -> None:
    """Shades the page towards the binding on its ``side``, and draws the edge on the other."""
    wide = max(round(_WIDE * canvas.scale), 2)
    depth = np.linspace(1, 0, wide, dtype=np.float32) ** 2 * 84
    left = side == "left"
    mask = paper.to_image(np.repeat((depth if left else depth[::-1])[None], canvas.image.height, axis=0))
    canvas.stain(mask, (0 if left else canvas.image.width - wide, 0), (84, 66, 48))
    edge = canvas.image.width - 1 if left else 0
    ImageDraw.Draw(canvas.image).line(
        (edge, 0, edge, canvas.image.height), fill=(196, 184, 160), width=max(round(4 * canvas.scale), 1)
    )
