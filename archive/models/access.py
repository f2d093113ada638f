"""Who may see a record."""

import enum


class Visibility(enum.StrEnum):
    """A record is seen by its keepers, by all, by those with rights, or by all from a day on."""

    DRAFT = "draft"
    PUBLIC = "public"
    RESTRICTED = "restricted"
    EMBARGO = "embargo"
