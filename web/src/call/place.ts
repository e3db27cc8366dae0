/** Put an element at a place of its parent, in CSS pixels, or let it flow. The page's CSP has no inline styles but through this. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function place(element: HTMLElement, box: Box | null): void {
  const { style } = element;
  const values = { left: box?.x, top: box?.y, width: box?.width, height: box?.height };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) style.removeProperty(name);
    else style.setProperty(name, `${value}px`);
  }
}
