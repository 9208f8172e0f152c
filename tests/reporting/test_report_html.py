"""The report in a real browser: what a reader does with it, and that it asks nothing of the network."""

import base64
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import yaml
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.reporting.documents.report_html import DOCUMENT
from cnnbench.reporting.translation import read_texts
from reporting.browser import open_browser, prefer, requests_of, screen
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH, TEMPLATES
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

# The contrast of each text with the first background behind it that is not transparent, by the formula of WCAG 2.
CONTRASTS = """
const channels = (color) => color.match(/[\\d.]+/g).map(Number);
const luminance = (color) => channels(color).slice(0, 3).map((value) => value / 255)
  .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
const background = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (channels(color)[3] !== 0) return color;
  }
  return "rgb(255, 255, 255)";
};
return [...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => element.checkVisibility())
  .map((element) => {
    const [low, high] = [getComputedStyle(element).color, background(element)].map(luminance).sort((a, b) => a - b);
    return [(high + 0.05) / (low + 0.05), element.outerHTML.slice(0, 80)];
  });
"""


@pytest.fixture(scope="module")
def page(full: MadeReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    DOCUMENT.write(full.results, ENGLISH, TEMPLATES, path)
    return path


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def browser(chrome: Chrome, page: Path) -> Chrome:
    """The page, freshly opened on a wide screen by a reader who prefers light."""
    prefer(chrome, "light")
    screen(chrome, 1300)
    requests_of(chrome)
    chrome.get(page.as_uri())
    chrome.execute_script("localStorage.clear()")
    return chrome


def column(browser: Chrome, table: str, index: int) -> list[str]:
    """Return the texts of a column's cells that are shown, from top to bottom."""
    script = """
        const rows = [...document.querySelector(arguments[0]).tBodies[0].rows].filter((row) => !row.hidden);
        return rows.map((row) => row.cells[arguments[1]]?.innerText ?? "");
    """
    return list(browser.execute_script(script, table, index))


def head(browser: Chrome, table: str, words: str) -> WebElement:
    """Return the button in the head of a table's column."""
    return next(
        button
        for button in browser.find_elements(By.CSS_SELECTOR, f"{table} .sort")
        if button.text.split("\n")[0] == words
    )


def shown_color(browser: Chrome) -> str:
    return str(browser.execute_script("return getComputedStyle(document.documentElement).backgroundColor"))


def test_it_is_one_file_that_loads_nothing_and_has_no_errors(browser: Chrome, page: Path) -> None:
    asked = requests_of(browser)
    assert page.as_uri() in asked
    assert {address.partition(":")[0] for address in asked} == {"file", "data"}
    assert [address for address in asked if address.startswith("file:")] == [page.as_uri()]
    assert browser.get_log("browser") == []
    images = "return [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
    assert browser.execute_script(images)
    assert re.search(r"(?:src|href)=\"(?:https?:|//|file:)", page.read_text()) is None


def test_it_may_load_nothing(browser: Chrome) -> None:
    """Even a script in the page would be refused."""
    ask = """
        const done = arguments[0];
        fetch("https://example.org/").then(() => done("loaded"), () => done("refused"));
    """
    assert browser.execute_async_script(ask) == "refused"
    assert "Content Security Policy" in " ".join(entry["message"] for entry in browser.get_log("browser"))


def test_its_own_fonts_are_used_and_hold_every_character(browser: Chrome) -> None:
    browser.execute_cdp_cmd("DOM.enable", {})
    browser.execute_cdp_cmd("CSS.enable", {})
    root = browser.execute_cdp_cmd("DOM.getDocument", {})["root"]["nodeId"]
    found = browser.execute_cdp_cmd("DOM.querySelectorAll", {"nodeId": root, "selector": "main p, main td, h2, pre"})
    fonts = [
        font
        for node in found["nodeIds"][:400]
        for font in browser.execute_cdp_cmd("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    ]
    assert len(fonts) > 300
    assert all(font["isCustomFont"] for font in fonts), {font["familyName"] for font in fonts}


def test_its_language_title_and_sections_are_the_reports(browser: Chrome, full: MadeReport) -> None:
    assert browser.execute_script("return document.documentElement.lang") == "en"
    assert browser.title == full.results.presentation.title
    links = [link.get_attribute("hash") for link in browser.find_elements(By.CSS_SELECTOR, ".contents a")]
    sections = browser.find_elements(By.CSS_SELECTOR, "main > section")
    assert links == [f"#{section.get_attribute('id')}" for section in sections]


def test_references_name_the_number_of_what_they_lead_to(browser: Chrome) -> None:
    references = browser.execute_script(
        "return [...document.querySelectorAll('.table-link, .figure-link')].map((link) => [link.textContent,"
        " document.querySelector(link.hash).querySelector('caption, figcaption').textContent])"
    )
    assert references
    for words, caption in references:
        assert caption.startswith(f"{words}. ")


def test_numbers_sort_by_value_whatever_their_unit(browser: Chrome) -> None:
    button = head(browser, "#table-leaderboard", "Parameters")
    button.click()
    parameters = browser.execute_script(
        "return [...document.querySelector('#table-leaderboard').tBodies[0].rows]"
        ".map((row) => row.cells[row.cells.length - 2].innerText.split('\\n')[0])"
    )
    order = {"k": 1e3, "M": 1e6}
    values = [float(value.split()[0]) * order[value.split()[1]] for value in parameters]
    assert values == sorted(values)
    assert values[0] < 1e5 < values[-1]
    button.click()
    assert browser.find_element(By.CSS_SELECTOR, "#table-leaderboard [aria-sort]").get_attribute("aria-sort") == (
        "descending"
    )


@pytest.mark.parametrize(
    ("texts", "ordered"),
    [
        (["91.23 (90.8–91.6)", "9.30 (0–11.3)", "–", "91.3"], ["9.30 (0–11.3)", "91.23 (90.8–91.6)", "91.3", "–"]),
        (["10–12", "2–6", "1–13", "–"], ["1–13", "2–6", "10–12", "–"]),
        (["61.7 k", "1.2 M", "836", "2.1 G"], ["836", "61.7 k", "1.2 M", "2.1 G"]),
        (["3 min 20 s", "45 s", "2 h 05 min", "3 min 05 s"], ["45 s", "3 min 05 s", "3 min 20 s", "2 h 05 min"]),
        (
            ["+1.20 (+0.3 … +2.1)", "−0.30 (−0.5 … 0)", "+0.10", "−12.00"],
            ["−12.00", "−0.30 (−0.5 … 0)", "+0.10", "+1.20 (+0.3 … +2.1)"],
        ),
        (["1,797", "12", "101,520", "-"], ["12", "1,797", "101,520", "-"]),
        (["10 of 12", "9 of 12", "30.6%", "0.1%"], ["0.1%", "9 of 12", "10 of 12", "30.6%"]),
        (["1.50 GiB", "900 MiB", "1e-06", "0.5"], ["1e-06", "0.5", "900 MiB", "1.50 GiB"]),
    ],
)
def test_every_way_to_write_a_number_sorts(browser: Chrome, texts: list[str], ordered: list[str]) -> None:
    rows = "".join(f"<tr><td class='number'>{text.replace(' ', chr(0xA0))}</td></tr>" for text in texts)
    browser.execute_script(
        "const table = document.createElement('table'); table.id = 'made';"
        "table.innerHTML = `<thead><tr><th class='number'>Head</th></tr></thead><tbody>${arguments[0]}</tbody>`;"
        "document.querySelector('main').append(table); makeSortable(table)",
        rows,
    )
    head(browser, "#made", "Head").click()
    assert [text.replace("\xa0", " ") for text in column(browser, "#made", 0)] == ordered


def test_words_sort_by_keyboard_and_the_third_time_brings_the_own_order_back(browser: Chrome) -> None:
    before = column(browser, "#table-runs", 0)
    button = head(browser, "#table-runs", "Architecture")
    button.send_keys(Keys.ENTER)
    assert column(browser, "#table-runs", 0) == sorted(before)
    button.send_keys(Keys.SPACE)
    assert column(browser, "#table-runs", 0) == sorted(before, reverse=True)
    button.send_keys(Keys.ENTER)
    assert column(browser, "#table-runs", 0) == before
    assert not browser.find_elements(By.CSS_SELECTOR, "#table-runs [aria-sort]")


@pytest.mark.parametrize("clicks", [1, 2])
def test_runs_without_a_number_come_last(browser: Chrome, full: MadeReport, clicks: int) -> None:
    for _ in range(clicks):
        head(browser, "#table-runs", "Test").click()
    failed = int((full.results.frame(RunRecord)["status"] != "done").sum())
    accuracies = column(browser, "#table-runs", 6)
    assert accuracies[-failed:] == [""] * failed
    values = [float(text) for text in accuracies[:-failed]]
    assert all(a <= b if clicks == 1 else a >= b for a, b in pairwise(values))


def test_long_tables_filter(browser: Chrome, full: MadeReport) -> None:
    field = browser.find_element(By.XPATH, "//table[@id='table-runs']/../preceding-sibling::*[1]//input")
    field.send_keys("mobilenetv2")
    expected = int((full.results.frame(RunRecord)["title"] == "MobileNetV2").sum())
    assert column(browser, "#table-runs", 0) == ["MobileNetV2"] * expected
    result = browser.find_element(By.XPATH, "//table[@id='table-runs']/../preceding-sibling::*[1]//output")
    assert result.text == f"{expected} of {len(full.results.frame(RunRecord))} rows"
    field.clear()
    field.send_keys(" ")
    assert len(column(browser, "#table-runs", 0)) == len(full.results.frame(RunRecord))
    assert not browser.find_elements(By.XPATH, "//table[@id='table-data']/../preceding-sibling::*[1]//input")


def test_a_figure_opens_in_full_size_and_escape_closes_it(browser: Chrome) -> None:
    opener = browser.find_element(By.CSS_SELECTOR, "#figure-confusion .opener")
    opener.send_keys(Keys.ENTER)
    dialog = browser.find_element(By.ID, "enlarged")
    assert dialog.is_displayed()
    image = dialog.find_element(By.TAG_NAME, "img")
    assert image.size["width"] > opener.size["width"]
    before = image.size["width"]
    dialog.find_element(By.CSS_SELECTOR, "[data-factor='1.25']").click()
    assert image.size["width"] == pytest.approx(1.25 * before, abs=2)
    stage = dialog.find_element(By.CSS_SELECTOR, ".stage")
    ActionChains(browser).move_to_element(stage).click_and_hold().move_by_offset(-60, -80).release().perform()
    assert (stage.get_property("scrollLeft"), stage.get_property("scrollTop")) == (60, 80)
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    assert not dialog.is_displayed()
    assert browser.switch_to.active_element == opener, "the reader goes on where the figure was opened"


def test_dark_follows_the_system_until_the_reader_chooses(browser: Chrome, page: Path) -> None:
    light = shown_color(browser)
    prefer(browser, "dark")
    dark = shown_color(browser)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 25, 29)")
    button = browser.find_element(By.CSS_SELECTOR, ".look")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert shown_color(browser) == light
    browser.get(page.as_uri())
    assert shown_color(browser) == light, "the choice is remembered"
    browser.find_element(By.CSS_SELECTOR, ".look").send_keys(Keys.ENTER)
    prefer(browser, "light")
    assert shown_color(browser) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_told_from_its_background(browser: Chrome, scheme: str) -> None:
    prefer(browser, scheme)
    contrasts = browser.execute_script(CONTRASTS)
    assert len(contrasts) > 500
    assert [found for found in contrasts if found[0] < 4.5] == []


@pytest.mark.parametrize("width", [360, 768])
def test_a_small_screen_never_scrolls_sideways(browser: Chrome, width: int) -> None:
    screen(browser, width, 740)
    assert browser.execute_script("return document.scrollingElement.scrollWidth") <= width
    # Whatever is wider than the screen moves in a box of its own.
    outside = browser.execute_script(
        "return [...document.querySelectorAll('body *')].filter((element) => !element.closest('.scroll') &&"
        " element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML.slice(0, 80))"
    )
    assert outside == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Chrome) -> None:
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    seen = []
    for _ in range(30):
        element = browser.switch_to.active_element
        seen.append(element.get_attribute("className") or element.tag_name)
        assert browser.execute_script("return getComputedStyle(arguments[0]).outlineStyle", element) == "solid"
        ActionChains(browser).send_keys(Keys.TAB).perform()
    assert seen[0] == "look"
    assert {"a", "sort", "opener"} <= set(seen)


def test_contents_stay_in_sight_on_a_wide_screen(browser: Chrome) -> None:
    browser.execute_script("document.querySelector('#method').scrollIntoView()")
    assert browser.execute_script("return document.querySelector('.contents').getBoundingClientRect().top") >= 0


def test_it_prints_light_whole_and_without_controls(browser: Chrome, tmp_path: Path) -> None:
    browser.find_element(By.CSS_SELECTOR, ".look").click()
    browser.find_element(By.CSS_SELECTOR, "#figure-confusion .opener").click()
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    (tmp_path / "printed.pdf").write_bytes(base64.b64decode(printed["data"]))
    with pdfium.PdfDocument(tmp_path / "printed.pdf") as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
        corner = document[0].render().to_pil().getpixel((5, 5))
    assert corner == (255, 255, 255)
    for words in ("Key findings", "Leaderboard", "All runs", "The study's config"):
        assert words in text
    assert "Show only rows with" not in text
    assert "↕" not in text
    assert text.count("Confusion matrix of") == 1, "the enlarged figure is not printed again"


def test_the_config_and_the_runs_can_be_taken_from_it(browser: Chrome, full: MadeReport, tmp_path: Path) -> None:
    behaviour = {"behavior": "allow", "downloadPath": str(tmp_path)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    for name in ("runs.csv", "study.yaml"):
        browser.find_element(By.CSS_SELECTOR, f"[download='{name}']").click()
        WebDriverWait(browser, 30).until(lambda _, name=name: (tmp_path / name).is_file())
    assert (tmp_path / "runs.csv").read_bytes() == (full.folder / "runs.csv").read_bytes()
    assert yaml.safe_load((tmp_path / "study.yaml").read_text()) == full.results.presentation.config


def test_the_same_results_give_the_same_bytes(full: MadeReport, page: Path, tmp_path: Path) -> None:
    DOCUMENT.write(full.results, ENGLISH, TEMPLATES, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_another_language_reaches_the_controls(two_seeds: MadeReport, tmp_path: Path) -> None:
    catalogue = tmp_path / "ko.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    catalogue.write_text(f'{head}\nmsgid "Dark"\nmsgstr "어둡게"\n', encoding="utf-8")
    DOCUMENT.write(two_seeds.results, read_texts(catalogue), TEMPLATES, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="ko">' in page
    assert '"dark": "어둡게"' in page
