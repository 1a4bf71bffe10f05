"""A real Chromium without a window, driven through chromedriver."""

from __future__ import annotations

import base64
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

if TYPE_CHECKING:
    from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip


class Browser:
    """One browser; `show` opens a page at a width, light or dark."""

    def __init__(self, profile: Path) -> None:
        program = next(filter(None, map(shutil.which, BROWSERS)), None)
        driver = shutil.which("chromedriver")
        if not program or not driver:
            pytest.skip("Chromium and chromedriver are not installed (chromium, chromium-driver)")
        options = webdriver.ChromeOptions()
        options.binary_location = program
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.set_page_load_timeout(60)

    def show(self, page: Path, *, width: int = 1280, dark: bool = False) -> None:
        """Open a file; what the last page logged is forgotten."""
        self._command("Emulation.setDeviceMetricsOverride", width=width, height=900,
                      deviceScaleFactor=1, mobile=False)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._command("Emulation.setEmulatedMedia", features=[scheme])
        self._log("browser")
        self._log("performance")
        self.driver.get(page.as_uri())

    def picture(self, file: Path) -> Path:
        """Keep a picture of the whole page, as far as 8000 pixels down."""
        size = self._command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0,
            "y": 0,
            "width": size["width"],
            "height": min(size["height"], 8000),
            "scale": 1,
        }
        shot = self._command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(shot["data"]))
        return file

    def pdf(self, file: Path, *, inches: tuple[float, float] = (8.27, 11.69)) -> Path:
        """Print the page; A4 unless other paper is named."""
        made = self._command("Page.printToPDF", printBackground=True, preferCSSPageSize=False,
                             paperWidth=inches[0], paperHeight=inches[1])  # fmt: skip
        file.write_bytes(base64.b64decode(made["data"]))
        return file

    def run(self, script: str) -> Any:
        """What a script of the test says; the page's own policy does not hold for it."""
        return self.driver.execute_script(script)

    def wait_for(self, script: str, *, seconds: float) -> Any:
        """What a script passes on to its last argument, a function."""
        self.driver.set_script_timeout(seconds)
        return self.driver.execute_async_script(script)

    def complaints(self) -> list[str]:
        """What the console said."""
        return [entry["message"] for entry in self._log("browser")]

    def requests(self) -> list[str]:
        """What the page asked for besides itself."""
        events = (json.loads(e["message"])["message"] for e in self._log("performance"))
        urls = [
            e["params"]["request"]["url"]
            for e in events
            if e["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in urls if not url.startswith(("file:", "data:"))]

    def close(self) -> None:
        """End the browser."""
        self.driver.quit()

    def _command(self, name: str, **parameters: Any) -> Any:
        return self.driver.execute_cdp_cmd(name, parameters)

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(kind)  # type: ignore[no-untyped-call]
        return entries
