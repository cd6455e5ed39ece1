"""The page of `inspect --html`, looked at in a real browser: what it shows is what the dataset holds."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_specmint.cli.main import main

ROOT = Path(__file__).parents[3]
PAYMENT = str(ROOT / "schemas" / "fintech" / "payment_transaction.json")
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
DRIVER = shutil.which("chromedriver")
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None or DRIVER is None, reason="chromium and chromedriver are not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}", "--window-size=1200,1000"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


class Page:
    """The open page, by what a reader does with it."""

    def __init__(self, driver: Any, path: Path) -> None:
        self._driver = driver
        driver.get(path.as_uri())

    def text(self, selector: str) -> str:
        return str(self._driver.find_element("css selector", selector).text)

    def all(self, selector: str) -> list[Any]:
        return [each for each in self._driver.find_elements("css selector", selector) if each.is_displayed()]

    def click(self, selector: str) -> None:
        self._driver.find_element("css selector", selector).click()

    def type(self, selector: str, text: str) -> None:
        field = self._driver.find_element("css selector", selector)
        field.clear()
        field.send_keys(text or " \b")

    def complaints(self) -> list[str]:
        return [each["message"] for each in self._driver.get_log("browser")]


def _write(tmp_path: Path, lines: list[str] | None = None, *, count: int = 60) -> tuple[Path, list[Any]]:
    if lines is None:
        assert main(["generate", "--schema", PAYMENT, "--count", str(count), "--out", str(tmp_path / "out"), "-q"]) == 0
        dataset = tmp_path / "out" / "dataset.jsonl"
    else:
        dataset = tmp_path / "dataset.jsonl"
        dataset.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    page = tmp_path / "page.html"
    assert main(["inspect", str(dataset), "--html", str(page)]) == 0
    return page, [json.loads(line) for line in dataset.read_text(encoding="utf-8").splitlines()]


def test_fields_records_quality_and_manifest(browser: Any, tmp_path: Path) -> None:
    path, records = _write(tmp_path)
    page = Page(browser, path)
    assert page.text("#name").endswith("dataset.jsonl")
    assert "records\n60" in page.text("#facts")

    amounts = [record["amount"] for record in records]
    row = page.text('tr[data-path="amount"]')
    assert f"{min(amounts):,}" in row
    assert not page.all("svg.histogram")
    page.click('tr[data-path="amount"]')
    bars = page.all("svg.histogram rect")
    assert len(bars) == 40
    heights = [float(each.get_attribute("height")) for each in bars]
    assert max(heights) == 120
    assert sum(float(each.get_attribute("height")) for each in bars) == pytest.approx(120 * 60 / _tallest(amounts))
    page.click('tr[data-path="amount"]')
    assert not page.all("svg.histogram")

    page.click('tr[data-path="currency"]')
    counts = {each.text.split()[0]: int(each.text.split()[-1]) for each in page.all("table.counts tbody tr")}
    currencies = [record["currency"] for record in records]
    assert counts == {name: currencies.count(name) for name in set(currencies)}

    page.type("#field-search", "zip")
    assert [each.get_attribute("data-path") for each in page.all("#field-table tbody tr")] == ["sender.address.zip"]

    page.click('[data-tab="records"]')
    assert not page.all("#field-table")
    assert len(page.all("#record-table tbody tr")) == 60
    name = records[17]["receiver"]["name"]
    page.type("#record-search", name.upper())
    found = page.all("#record-table tbody tr")
    assert {each.get_attribute("data-line") for each in found} == {
        str(i + 1) for i, record in enumerate(records) if name in json.dumps(record, ensure_ascii=False)
    }
    page.click('#record-table tr[data-line="18"]')
    assert json.loads(page.text("#record-table pre")) == records[17]
    page.type("#record-search", "no such thing anywhere")
    assert page.text("#record-count").startswith("0 records")

    page.click('[data-tab="quality"]')
    assert "60 of 60 records" in page.text("#quality")
    assert "approval-of-large-amounts" in page.text("#rule-table")
    assert not page.all("#quality .bad")

    page.click('[data-tab="manifest"]')
    assert json.loads(page.text("#manifest-text")) == json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert page.complaints() == []


def _tallest(values: list[float]) -> int:
    """How many values the fullest of forty bins holds."""
    least, width = min(values), (max(values) - min(values)) / 40
    bins = [min(int((value - least) / width), 39) for value in values]
    return max(bins.count(each) for each in set(bins))


def test_hostile_data_is_shown_and_not_run(browser: Any, tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"a": "</script><script>document.title='broken'</script>", "{{js}}": "<img src=x onerror=alert(1)>"}
        ),
        json.dumps({"a": "\u2028 {{data}} 'x' \"y\" <!--", "npi": "1234567893"}),
    ]
    path, records = _write(tmp_path, lines)
    page = Page(browser, path)
    assert browser.title.endswith("SpecMint")
    page.click('[data-tab="records"]')
    assert len(page.all("#record-table tbody tr")) == 2
    page.click('#record-table tr[data-line="1"]')
    assert json.loads(page.text("#record-table pre")) == records[0]
    page.click('[data-tab="quality"]')
    assert [each.text for each in page.all("#safety-table .bad")] == ["1"]
    assert page.complaints() == []


def test_an_empty_dataset_has_a_page(browser: Any, tmp_path: Path) -> None:
    path, _ = _write(tmp_path, [])
    page = Page(browser, path)
    assert "records\n0" in page.text("#facts")
    page.click('[data-tab="manifest"]')
    assert "no manifest" in page.text("#manifest-text")
    assert page.complaints() == []
