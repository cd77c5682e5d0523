// The way through a list of any length that is paged by cursors: which pages there are as far as it has been walked. Pages
// that are far away are let go of, and fetched again by their cursors.

interface Page {
  readonly after: string | undefined;
  /** Index of its first row in the list. */
  readonly start: number;
  count?: number;
}

export class Walk {
  /** When it began: what is told from now on is told from this time on all its pages. */
  readonly began = Date.now();
  readonly pages: Page[] = [{ after: undefined, start: 0 }];
  isWhole = false;
  /** How far down the reader has been. */
  offset = 0;

  came(index: number, count: number, next: string | undefined): void {
    const page = this.pages[index]!;
    page.count = count;
    if (index < this.pages.length - 1) return;
    if (next === undefined) this.isWhole = true;
    else this.pages.push({ after: next, start: page.start + count });
  }

  stay(offset: number): void {
    this.offset = offset;
  }

  /** Rows known so far. */
  get length(): number {
    const { start, count = 0 } = this.pages.at(-1)!;
    return start + count;
  }

  /** Index of the page that holds a row, or would. */
  pageOf(row: number): number {
    let [low, high] = [0, this.pages.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.pages[middle]!.start <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const KEPT = 8;
const walks = new Map<string, Walk>();

/** The way that was taken for a question, so that Back finds the rows where they were; a new one where there is none. */
export function walkOf(question: string): Walk {
  const known = walks.get(question) ?? new Walk();
  walks.delete(question);
  walks.set(question, known);
  for (const old of [...walks.keys()].slice(0, -KEPT)) walks.delete(old);
  return known;
}

export const forgetWalk = (question: string): void => void walks.delete(question);
