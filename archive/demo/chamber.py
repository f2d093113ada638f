"""The cave's measures and colours, and where its surfaces lie on the sheet of its murals."""

from enum import IntEnum

from archive.demo.paper import Colour

UNIT = 1000
"""Pixels of the sheet for one unit of the room."""
FLOOR, WALL_TOP, CAISSON = -0.66, 0.6, 0.38
WALL_HIGH = round((WALL_TOP - FLOOR) * UNIT)
SLOPE_HIGH = 830
WIDTH, HEIGHT = 8000, WALL_HIGH + SLOPE_HIGH + 2000
DOOR = (0.3, 0.34)
"""Half the width of the doorway, and how high its lintel is."""

PLASTER: Colour = (198, 168, 124)
EARTH: Colour = (142, 62, 44)
GREEN: Colour = (74, 134, 110)
BLUE: Colour = (52, 92, 140)
WHITE: Colour = (234, 224, 200)
BLACK: Colour = (54, 42, 38)
GOLD: Colour = (208, 164, 84)
CYCLE = (EARTH, GREEN, BLUE, BLACK)
Box = tuple[float, float, float, float]


class Panel(IntEnum):
    """The surfaces of the room; walls and slopes go round from the one ahead: right, behind, left."""

    AHEAD = 0
    RIGHT = 1
    BEHIND = 2
    LEFT = 3
    SLOPES = 4
    FLOOR = 8
    CAISSON = 9


ORIGINS = (
    *((1000 + 2000 * side, round(WALL_TOP * UNIT)) for side in range(4)),
    *((1000 + 2000 * side, WALL_HIGH + SLOPE_HIGH) for side in range(4)),
    (1000, WALL_HIGH + SLOPE_HIGH + 1000),
    (3000, WALL_HIGH + SLOPE_HIGH + 1000),
)
"""Where each panel's point 0, 0 lies on the sheet: a wall's at eye level, a slope's at its foot."""
