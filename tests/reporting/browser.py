"""A real browser without a window, in which the tests open the report's page."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1300,900",
]


def _program(*names: str) -> str:
    """Return the path of the first program that is there."""
    found = [path for name in names if (path := shutil.which(name))]
    if not found:
        pytest.fail(
            f"the tests of the HTML page need {names[0]}; on Debian or Ubuntu: apt-get install chromium chromium-driver"
        )
    return found[0]


@contextmanager
def open_browser(profile: Path) -> Iterator[webdriver.Chrome]:
    """Yield a browser with its profile in the empty folder `profile`."""
    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium", "chromium-browser", "google-chrome")
    for flag in [*_FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = webdriver.Chrome(options, Service(_program("chromedriver")))
    try:
        yield browser
    finally:
        browser.quit()


def requests_of(browser: webdriver.Chrome) -> list[str]:
    """Return the addresses that pages have asked for since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]


def screen(browser: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Give the page a screen of this many CSS pixels."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def prefer(browser: webdriver.Chrome, scheme: str) -> None:
    """Let the system prefer the `light` or `dark` scheme."""
    features: list[dict[str, Any]] = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
