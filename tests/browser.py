"""Chromium for the tests that look at pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, sync_playwright
from requirements import program

_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    chromium = program("chromium", "Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who prefers English, on a desk."""
    reader = browser.new_context(locale="en", viewport={"width": 1280, "height": 900})
    yield reader
    reader.close()


@pytest.fixture
def faults(reader: BrowserContext) -> list[str]:
    """What the browser complains of while the test runs: errors of scripts, and what the policy refused."""
    found: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(message.text)

    reader.on("console", note)
    reader.on("weberror", lambda error: found.append(str(error.error)))
    return found
