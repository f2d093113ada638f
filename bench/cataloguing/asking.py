"""A client that keeps one connection, as a reader's browser does, and counts milliseconds."""

import http.client
import json
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

COMPRESSED = {"Accept-Encoding": "gzip, deflate, br"}
"""What browsers accept."""


@dataclass(frozen=True)
class Answer:
    """What was answered, and after how many milliseconds its last byte was there."""

    status: int
    etag: str | None
    body: bytes
    milliseconds: float

    def document(self) -> Any:  # Any: values of JSON.
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """Asks the server at ``url``; close it."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to one GET."""
        try:
            return self._get(path, headers or {})
        except http.client.RemoteDisconnected:
            # The server has ended a connection that was idle while another was measured.
            return self._get(path, headers or {})

    def _get(self, path: str, headers: Mapping[str, str]) -> Answer:
        began = time.perf_counter()
        self._connection.request("GET", path, headers=dict(headers))
        answer = self._connection.getresponse()
        body = answer.read()
        milliseconds = (time.perf_counter() - began) * 1000
        return Answer(answer.status, answer.headers["ETag"], body, milliseconds)

    def close(self) -> None:
        """Give back the connection."""
        self._connection.close()


@dataclass
class Times:
    """Milliseconds of answers, all of which had the status that was expected."""

    status: int = 200
    each: list[float] = field(default_factory=list)
    size: int = 0

    def add(self, answer: Answer) -> None:
        """Count one answer. Leaves where it is none that was expected."""
        if answer.status != self.status:
            raise SystemExit(f"an answer has the status {answer.status}, not {self.status}")
        self.each.append(answer.milliseconds)
        self.size = len(answer.body)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.each)

    @property
    def p95(self) -> float:
        """What nineteen of twenty don't exceed."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p95:.2f} ms"


def times(answers: Iterable[Answer], status: int = 200) -> Times:
    """The milliseconds of ``answers``."""
    found = Times(status)
    for answer in answers:
        found.add(answer)
    return found
