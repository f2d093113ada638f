"""Lists of requests: for each kind of work the same pixels, asked by 3.0 and by 2.1 of the Image API."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from delivery.holdings import Shown

TILE = 512
MANY = 4000
"""How long a list is that could go on for ever: longer than the caches of any peer are wide."""

_SEED = 4
_SCREEN = (1600, 1000)


@dataclass(frozen=True)
class Ask:
    """One request: what follows the base URI in each version, and the ``size`` that must come back."""

    asset: str
    v3: str
    v2: str
    size: tuple[int, int] | None


def tiles(assets: Sequence[Shown]) -> list[Ask]:
    """What a viewer fetches that opens a picture and zooms in on a point until it sees every pixel."""
    chance = random.Random(_SEED)
    asks: list[Ask] = []
    while len(asks) < MANY:
        asset = chance.choice(assets)
        focus = chance.random(), chance.random()
        for factor in _factors(asset):
            asks += _screen(asset, factor, focus)
    # Many viewers at once: what one fetches does not follow on what it fetched before.
    chance.shuffle(asks)
    return asks


def fits(assets: Sequence[Shown], boxes: Sequence[int]) -> list[Ask]:
    """``full/!n,n`` for every asset and each of ``boxes``."""
    return _shuffled(_whole(asset, f"!{box},{box}", _fitted(asset, box)) for asset in assets for box in boxes)


def thumbnails(assets: Sequence[Shown], widths: Sequence[int]) -> list[Ask]:
    """``full/n,`` and ``full/!n,n`` for every asset and each of ``widths``."""
    by_width = [
        _whole(asset, f"{width},", (width, _rounded(asset.height * width / asset.width)))
        for asset in assets
        for width in widths
    ]
    return _shuffled([*by_width, *fits(assets, widths)])


def whole(assets: Sequence[Shown]) -> list[Ask]:
    """``full/max``, which 2.1 calls ``full/full``."""
    return [
        Ask(
            asset.identifier,
            "/full/max/0/default.jpg",
            "/full/full/0/default.jpg",
            (asset.width, asset.height),
        )
        for asset in assets
    ]


def regions(assets: Sequence[Shown]) -> list[Ask]:
    """Any region at any size, 300 to 1200 pixels wide, not enlarged."""
    chance = random.Random(_SEED)
    asks = []
    for _ in range(MANY):
        asset = chance.choice(assets)
        width, height = chance.randint(500, 2800), chance.randint(400, 2400)
        region = _placed(asset, (width, height), chance)
        shown = chance.randint(300, min(1200, width))
        asks.append(
            _same(asset, f"/{region}/{shown},/0/default.jpg", (shown, _rounded(height * shown / width)))
        )
    return asks


def gray(assets: Sequence[Shown]) -> list[Ask]:
    """A square of 1024 at half its size, turned by 90° and gray."""
    chance = random.Random(_SEED)
    chosen = chance.choices(assets, k=MANY)
    return [
        _same(asset, f"/{_placed(asset, (1024, 1024), chance)}/512,/90/gray.jpg", (512, 512))
        for asset in chosen
    ]


def documents(assets: Sequence[Shown]) -> list[Ask]:
    """``info.json`` of every asset."""
    return [_same(asset, "/info.json", None) for asset in assets]


def mixed(asset: Shown) -> list[Ask]:
    """Of one picture: in 20 requests 12 tiles, 2 thumbnails, 2 fits, 2 regions, a gray one, an info.json."""
    chance = random.Random(_SEED)
    kinds = [
        tiles([asset]),
        thumbnails([asset], range(150, 251)),
        fits([asset], range(800, 1101)),
        regions([asset]),
        gray([asset]),
        documents([asset]),
    ]
    drawn = chance.choices(kinds, weights=(12, 2, 2, 2, 1, 1), k=MANY)
    return [chance.choice(kind) for kind in drawn]


def _factors(asset: Shown) -> Iterator[int]:
    """From the level that is one tile down to every pixel."""
    halvings = (-(-max(asset.width, asset.height) // TILE) - 1).bit_length()
    return (1 << level for level in range(halvings, -1, -1))


def _screen(asset: Shown, factor: int, focus: tuple[float, float]) -> Iterator[Ask]:
    step = TILE * factor
    spans = []
    for side, at, seen in zip((asset.width, asset.height), focus, _SCREEN, strict=True):
        first = max(0, int(side * at - seen * factor / 2))
        last = min(side - 1, int(side * at + seen * factor / 2))
        spans.append(range(first // step, last // step + 1))
    return (_tile(asset, factor, column, row) for row in spans[1] for column in spans[0])


def _tile(asset: Shown, factor: int, column: int, row: int) -> Ask:
    step = TILE * factor
    x, y = column * step, row * step
    width, height = min(step, asset.width - x), min(step, asset.height - y)
    shown = -(-width // factor), -(-height // factor)
    is_all = (width, height) == (asset.width, asset.height)
    region = "full" if is_all else f"{x},{y},{width},{height}"
    return Ask(
        asset.identifier,
        f"/{region}/{shown[0]},{shown[1]}/0/default.jpg",
        f"/{region}/{shown[0]},/0/default.jpg",
        shown,
    )


def _placed(asset: Shown, size: tuple[int, int], chance: random.Random) -> str:
    x, y = chance.randint(0, asset.width - size[0]), chance.randint(0, asset.height - size[1])
    return f"{x},{y},{size[0]},{size[1]}"


def _fitted(asset: Shown, box: int) -> tuple[int, int]:
    longest = max(asset.width, asset.height)
    return _rounded(asset.width * box / longest), _rounded(asset.height * box / longest)


def _whole(asset: Shown, size: str, shown: tuple[int, int]) -> Ask:
    return _same(asset, f"/full/{size}/0/default.jpg", shown)


def _same(asset: Shown, suffix: str, size: tuple[int, int] | None) -> Ask:
    return Ask(asset.identifier, suffix, suffix, size)


def _shuffled(asks: Iterator[Ask] | list[Ask]) -> list[Ask]:
    shuffled = list(asks)
    random.Random(_SEED).shuffle(shuffled)
    return shuffled


def _rounded(length: float) -> int:
    # Half a pixel counts as one; Python's own round() gives the even neighbor.
    return int(length + 0.5)
