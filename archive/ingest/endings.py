"""What a file is by its ending, and the order in which people expect files."""

from natsort import natsort_keygen, ns

from iiif import media

PICTURE_ENDINGS = frozenset(
    f".{ending}"
    for ending in (
        "tif", "tiff", "jpg", "jpeg", "jpe", "jp2", "j2k", "jpf", "jpx", "png", "webp", "gif", "bmp",
        "heic", "heif", "avif", "psd", "pdf",
    )
)  # fmt: skip
"""The endings, in lower case, by which a file is taken for a picture."""

natural = natsort_keygen(alg=ns.PATH | ns.IGNORECASE)
"""Sorts names as people do: ``page 2`` before ``page 10``."""


def is_picture(name: str) -> bool:
    """Whether the file called ``name`` is a picture by its ending."""
    dot = name.rfind(".")
    return dot > 0 and name[dot:].lower() in PICTURE_ENDINGS


def is_shown(name: str) -> bool:
    """Whether the file called ``name`` is a picture, a sound, a film or a model, or captions of one."""
    dot = name.rfind(".")
    return is_picture(name) or (dot > 0 and name[dot:].lower() in media.MEDIA_TYPES)
