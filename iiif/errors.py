"""What can be wrong with a request, a source file or a document."""


class InvalidRequest(ValueError):
    """A request that the specification refuses; the message names the parameter and the remedy."""


class NotImplementedFeature(InvalidRequest):
    """A request that the specification allows and this server does not offer."""


class NotExpressible(InvalidRequest):
    """An answer that no version or form the client takes can give; the message says why and what helps."""


class InvalidSource(ValueError):
    """A source file that no picture can be made of; the message says why and what helps."""


class InvalidDocument(ValueError):
    """A document that breaks its specification: one line a fault, each with its path and the remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
