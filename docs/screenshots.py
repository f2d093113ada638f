"""Makes the pictures of the README: starts the demonstration on a port of its own and photographs it."""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
MOGAO = [sys.executable, "-c", "from archive.cli import main; main()"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    """Write every picture anew."""
    PICTURES.mkdir(exist_ok=True)
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser")
    with _served(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        desk = browser.new_page(viewport={"width": 1280, "height": 860})
        _shoot(desk, "/", "home.jpg")
        desk.goto(BASE)
        records = desk.eval_on_selector_all("a[href*='/record/']", "links => links.map(link => link.href)")
        _shoot(desk, records[0].removeprefix(BASE), "record.jpg", wait="canvas")
        phone = browser.new_page(viewport={"width": 390, "height": 780})
        _shoot(phone, "/?lang=ar", "phone-arabic.jpg")
        browser.close()


def _shoot(page: Page, address: str, name: str, wait: str | None = None) -> None:
    page.goto(BASE + address, wait_until="networkidle")
    if wait:
        page.wait_for_selector(wait)
        page.wait_for_timeout(3000)
    page.screenshot(path=PICTURES / name, type="jpeg", quality=82)


@contextmanager
def _served() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"MOGAO_DATA_DIR": folder, "PATH": "/usr/bin:/bin"}
        subprocess.run([*MOGAO, "demo"], env=environment, check=True)
        server = subprocess.Popen([*MOGAO, "serve", "--port", str(PORT)], env=environment)
        try:
            _wait()
            yield
        finally:
            server.terminate()
            server.wait()


def _wait() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{BASE}/health/ready").close()
        except urllib.error.URLError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
