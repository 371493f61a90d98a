"""What every page of ours owes everybody, asked of a real browser: it fits, can be read, hit, named, and printed."""

from __future__ import annotations

import re

from playwright.async_api import Page

SMALLEST_TAP = 44
"""CSS pixels of a thing that a thumb must hit (WCAG 2.5.5)."""

_A4 = (595, 842)
"""Points of the sheet."""


async def no_sideways(page: Page) -> bool:
    """Whether nothing sticks out of the phone."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


async def settle(page: Page) -> None:
    """Until the sheet has risen."""
    await page.evaluate("Promise.all(document.getAnimations().map(function (a) { return a.finished; }))")


async def faults(page: Page) -> dict[str, object]:
    """Whatever somebody could not read, hit, or hear the name of; empty for a page that is for everybody."""
    found = {
        "sideways": not await no_sideways(page),
        "pale": await page.evaluate(CONTRAST),
        "small": await page.evaluate(TOO_SMALL, SMALLEST_TAP),
        "nameless": await page.evaluate(UNLABELLED),
    }
    return {name: what for name, what in found.items() if what}


async def sheets_of_paper(page: Page) -> int:
    """How many sheets of A4 it prints on; printed, it is dark on white and has no bar to tap."""
    await page.emulate_media(media="print", color_scheme="dark")
    assert await page.locator(".top").is_hidden()
    assert await page.evaluate(CONTRAST) == []
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    printed = await page.pdf(prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {_A4}
    return len(re.findall(rb"/Type /Page\b", printed))


CONTRAST = """
() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  // Every colour that may lie behind the element: a gradient counts with both its ends.
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const ends = style.backgroundImage.startsWith('linear-gradient')
        ? style.backgroundImage.match(/rgba?\\([^)]*\\)/g).map(parse) : [];
      if (ends.length) { return ends; }
      const colour = parse(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) { return [colour]; }
    }
    return [[255, 255, 255]];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element.getClientRects().length || element.closest('[aria-hidden=true], .news')) { continue; }
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const front = light(parse(style.color));
    for (const colour of behind(element)) {
      const back = light(colour);
      const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      if (ratio < (large ? 3 : 4.5)) { found.push(text.slice(0, 20) + ' ' + ratio.toFixed(2)); }
    }
  }
  return found;
}
"""
"""Texts whose contrast is below WCAG AA (1.4.3)."""

TOO_SMALL = """
least => [...document.querySelectorAll('a, button, summary, input[type=text], textarea, label')]
  .filter(element => element.getClientRects().length && !element.closest('[aria-hidden=true]'))
  .filter(element => !element.matches('label') || element.querySelector('input'))
  // A link within a sentence is as high as its line (WCAG 2.5.5 leaves it out).
  .filter(element => getComputedStyle(element).display !== 'inline')
  .map(element => [element, element.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.height, box.width) < least - 0.5)
  .map(([element, box]) => element.textContent.trim().slice(0, 20) + ' ' + box.width + '×' + box.height)
"""
"""Things to tap that are smaller than a thumb needs."""

UNLABELLED = """
() => [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea, img, video, audio, [role=dialog]')]
  .filter(element => !element.closest('[aria-hidden=true]'))
  .filter(element => {
    if (element.matches('img')) { return !element.hasAttribute('alt'); }
    const labelled = element.getAttribute('aria-label') || element.getAttribute('aria-labelledby');
    return !(labelled || (element.labels && element.labels.length) || element.textContent.trim());
  })
  .map(element => element.outerHTML.slice(0, 80))
"""
"""Things without a name for somebody who cannot see them."""
