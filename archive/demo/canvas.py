"""The painting itself: a strip of pixels that washes, inks and drawings are laid on."""

from dataclasses import dataclass

from PIL import Image

from archive.demo.brush import Drawing
from archive.demo.paper import Colour

SPECK = 8
"""So many pixels wide must a thing be to be painted: on a small copy of the picture most are not."""


@dataclass(frozen=True)
class Canvas:
    """Pixels of a picture from the column ``left`` on; ``scale`` is pixels per unit of the picture.

    What is laid on is placed by whole pixels of the whole picture: canvases side by side show no seam.
    """

    image: Image.Image
    scale: float = 1.0
    left: int = 0

    def shows(self, left: float, right: float) -> bool:
        """Whether what lies between ``left`` and ``right`` (in units) falls here and is more than a speck."""
        near = right * self.scale >= self.left - 2 and left * self.scale <= self.left + self.image.width + 2
        return near and (right - left) * self.scale > SPECK

    def lay(self, drawing: Drawing) -> None:
        """A drawing in colours, as it is."""
        picture = drawing.image()
        self.image.paste(picture, self._at(drawing.place), picture)

    def stain(self, mask: Image.Image, place: tuple[int, int], colour: Colour) -> None:
        """``colour`` where ``mask`` (L) has ink."""
        left, top = self._at(place)
        self.image.paste(colour, (left, top, left + mask.width, top + mask.height), mask)

    def wash(self, colours: Image.Image, mask: Image.Image, place: tuple[int, int]) -> None:
        """Pixels in many colours where ``mask`` (L) lets them through."""
        self.image.paste(colours, self._at(place), mask)

    def _at(self, place: tuple[int, int]) -> tuple[int, int]:
        return place[0] - self.left, place[1]
