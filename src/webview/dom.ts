type Children = readonly (Node | string)[];

/** A new element. Text goes in as text nodes, so that no data is ever read as markup. */
export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  children: Children = [],
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** A new SVG element; the page's own attributes only. */
export function createSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  children: readonly SVGElement[] = [],
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A focusable item of the tree, without content of its own: its label is all there is to read. */
export function createTreeItem(level: 1 | 2): HTMLElement {
  const item = create('div', 'item');
  item.setAttribute('role', 'treeitem');
  item.setAttribute('aria-level', String(level));
  return item;
}

/** A codicon beside text that says the same: hidden from screen readers. */
export function createIcon(name = ''): HTMLSpanElement {
  const icon = create('span');
  icon.setAttribute('aria-hidden', 'true');
  setIcon(icon, name);
  return icon;
}

/** A button that shows an icon alone: its title is its name. */
export function createIconButton(icon: string, title: string, act: () => void, className = ''): HTMLButtonElement {
  const button = create('button', className, [createIcon(icon)]);
  button.type = 'button';
  button.title = title;
  button.setAttribute('aria-label', title);
  button.addEventListener('click', act);
  return button;
}

export function setIcon(icon: HTMLElement, name: string): void {
  const className = `codicon codicon-${name}`;
  if (icon.className !== className) icon.className = className;
}

/** Writes only what differs: an untouched text keeps its selection and costs no layout. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** For text that may be cut off: the whole of it shows on hover. */
export function setClippedText(element: HTMLElement, text: string): void {
  setText(element, text);
  if (element.title !== text) element.title = text;
}

/** For names: what there is no room for is cut out of the middle, as the port and what tells hosts apart stand at the ends. */
export function setMiddleClippedText(element: HTMLElement, text: string): void {
  if (element.textContent === text) return;
  const isLong = text.length > LONGEST_WHOLE;
  const parts = [create('span', 'clip', [text.slice(0, -TAIL)]), create('span', '', [text.slice(-TAIL)])];
  element.replaceChildren(...(isLong ? parts : [text]));
  element.classList.toggle('middle-clip', isLong);
}

/** Characters; `10.0.12.34:26379` has room on every card. */
const LONGEST_WHOLE = 16;
const TAIL = 8;

const ids = new Map<string, number>();

/** For what another element refers to: there may be two of a kind on the page. The first has the plain name. */
export function uniqueId(name: string): string {
  const count = (ids.get(name) ?? 0) + 1;
  ids.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}

/** `undefined` takes the attribute away. */
export function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
