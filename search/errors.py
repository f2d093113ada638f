"""What an engine can't do."""


class SearchError(Exception):
    """Anything that goes wrong in a search."""


class EngineUnavailable(SearchError):
    """The engine does not answer, or is too busy."""


class WriterBusy(EngineUnavailable):
    """Another process writes the index."""


class IndexOutdated(SearchError):
    """The index is missing, damaged, or made by another version of the analysis: reindex."""


class InvalidPlace(SearchError):
    """A place to go on from that no hit of this order gave."""
