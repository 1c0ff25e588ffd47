import type { OpenPage } from '../support/pageHarness';

/** Sideways scrolling, cards on cards, text cut off without a tooltip that has it, lines too high for their card. */
export function findFlaws({ page }: OpenPage): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const flaws = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) flaws.push('the page scrolls sideways');
    const cards = [...document.querySelectorAll('.node, .vacancy')].map(card => ({ card, at: card.getBoundingClientRect() }));
    for (const [index, { card, at }] of cards.entries())
      for (const other of cards.slice(index + 1))
        if (at.left < other.at.right && other.at.left < at.right && at.top < other.at.bottom && other.at.top < at.bottom)
          flaws.push(card.innerText + ' overlaps ' + other.card.innerText);
    for (const clip of document.querySelectorAll('.clip')) {
      if (clip.scrollWidth <= clip.clientWidth) continue;
      const title = clip.closest('[title]')?.title ?? '';
      if (!title.toLowerCase().includes(clip.textContent.toLowerCase())) flaws.push('cut off without a tooltip: ' + clip.textContent);
    }
    for (const face of document.querySelectorAll('.node-face'))
      if (face.scrollHeight > face.clientHeight) flaws.push('too high: ' + face.innerText);
    for (const head of document.querySelectorAll('.group-head')) {
      const first = head.parentElement.nextElementSibling;
      if (first && head.getBoundingClientRect().bottom > first.getBoundingClientRect().top + 6 &&
          first.getBoundingClientRect().top > head.getBoundingClientRect().top)
        flaws.push('header under a card: ' + head.innerText);
    }
    for (const text of document.querySelectorAll('h1, .status, .mark, .problem, .operation-line')) {
      const { left, right } = text.getBoundingClientRect();
      if (left < 0 || right > root.clientWidth) flaws.push('outside the page: ' + text.innerText);
    }
    return flaws;
  })()`);
}
