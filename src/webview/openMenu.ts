/** Opens the editor's menu on an item, as the right mouse button does, just below its top left. */
export function openMenuOn(target: HTMLElement): void {
  const { left, top, width } = target.getBoundingClientRect();
  const place = { clientX: left + Math.min(width / 2, 32), clientY: Math.max(0, top + 24) };
  target.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, view: window, ...place }));
}
