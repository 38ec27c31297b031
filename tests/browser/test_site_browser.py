"""The pages in a real browser: nothing complains, nothing runs over the edge, in any width and scheme."""

from typing import Any

import pytest
from sample_catalogue import key_of

PAGES = (
    *(
        "/",
        "/datasets",
        "/datasets?q=baum&theme=ENVI",
        "/portals",
        "/portal/musterhafen",
        "/portal/waldau",
        "/runs",
    ),
    *("/run/3", "/changes", f"/dataset/{key_of('musterhafen', 0)}", f"/dataset/{key_of('musterhafen', 2)}"),
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [360, 768, 940, 1280, 1600])
def test_a_page_fits_and_nothing_complains(address: str, browser: Any, path: str, width: int) -> None:
    assert browser.open(address + path, width) == []
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("document.title")


def test_no_hostile_text_runs(address: str, browser: Any) -> None:
    browser.open(f"{address}/dataset/{key_of('musterhafen', 2)}", 1280)
    assert browser.evaluate("document.querySelectorAll('main script, main img').length") == 0
    assert "<script>" in browser.evaluate("document.querySelector('h1').textContent")


_CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d');
  const rgb = colour => { canvas.fillStyle = '#000'; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3); };
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = node => { for (; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor; if (!/, 0\\)$/.test(colour)) return colour; } return '#fff'; };
  const bad = new Set();
  for (const node of document.querySelectorAll('body *')) {
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim())) continue;
    if (node.closest('script, .hidden')) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(rgb(behind(node)))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.add(node.tagName + '.' + node.className);
  }
  return [...bad].join(' ');
})()"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_text_has_contrast(address: str, browser: Any, path: str, dark: bool) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    browser.open(address + path, 1280, dark=dark)
    assert browser.evaluate(_CONTRAST) == ""


_SMALL = """[...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].filter(node => {
  if (node.closest('p, dd, td, th, li p, .hidden') || node.matches('.skip')) return false;
  const box = node.getBoundingClientRect();
  return box.width && (box.height < 24 || box.width < 24);
}).map(node => node.textContent).join(' | ')"""


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough(address: str, browser: Any, path: str) -> None:
    """WCAG 2.2, 2.5.8: 24 pixels, but for links within text."""
    browser.open(address + path, 360)
    assert browser.evaluate(_SMALL) == ""
