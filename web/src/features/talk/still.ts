// Keeps what one reads where it stands on the screen, whatever comes or changes its height above or below.
//
// The scroller is a reversed column: the browser itself keeps the distance to the end, so what happens above moves
// nothing, and who is at the end stays there. What happens below what one reads is made up for here, after the
// layout and before it is painted.

// Nearer to the end than a line is at the end.
const AT_END_PX = 24;

export class Still {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  /** The rows in view and where they stood when the scroller stood at `#position`. */
  #seen: { row: Element; top: number }[] = [];
  #position = 0;
  #open = true;
  /** The index of the first row in view. */
  first = 0;
  atEnd = true;

  constructor(scroller: HTMLElement, list: HTMLElement) {
    this.#scroller = scroller;
    this.#list = list;
    this.#note();
  }

  /** After whatever may have changed a height. `open`: the list ends with the newest message. */
  hold(open: boolean): void {
    this.#open = open;
    const kept = this.#seen.find(({ row }) => row.isConnected);
    if (!kept || this.atEnd) {
      this.#note();
      return;
    }
    const place = kept.top - (this.#scroller.scrollTop - this.#position);
    const moved = top(kept.row) - place;
    if (moved !== 0) this.#scroller.scrollTop += moved;
    // A scroller stands at whole pixels: the rest is remembered, or it would add up. More is the scroller's edge.
    const rest = top(kept.row) - place;
    this.#note(Math.abs(rest) < 1 ? rest : 0);
  }

  /** After one has scrolled. */
  scrolled(): void {
    if (this.#scroller.scrollTop !== this.#position) this.#note();
  }

  toEnd(): void {
    this.#scroller.scrollTop = 0;
    this.#note();
  }

  /** Puts a row into the middle. */
  center(row: Element): void {
    const view = this.#scroller.getBoundingClientRect();
    const { top, height } = row.getBoundingClientRect();
    this.#scroller.scrollTop += top + height / 2 - (view.top + view.height / 2);
    this.#note();
  }

  #note(rest = 0): void {
    const { top: from, bottom: to } = this.#scroller.getBoundingClientRect();
    const rows = this.#list.children;
    this.#position = this.#scroller.scrollTop;
    this.atEnd = this.#open && -this.#position < AT_END_PX;
    this.first = firstBelow(rows, from);
    this.#seen = [];
    for (let i = this.first; i < rows.length; i += 1) {
      const row = rows[i] as Element;
      if (top(row) >= to && this.#seen.length > 0) break;
      this.#seen.push({ row, top: top(row) - rest });
    }
    // A row that begins above the view is the last choice: it may grow in its hidden part.
    const whole = this.#seen.findIndex((each) => each.top >= from);
    if (whole > 0) this.#seen.push(...this.#seen.splice(0, whole));
  }
}

const top = (element: Element): number => element.getBoundingClientRect().top;

/** The index of the first row that ends below a line. */
function firstBelow(rows: HTMLCollection, line: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return low;
}
