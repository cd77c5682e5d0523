// Finds the known word that somebody may have meant who wrote one that is not known. Pure.

/** Longer words are compared by their beginning: the words that are known are short. */
const COMPARED = 40;

/** The known word that is nearest to one that is not known; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const asked = word.slice(0, COMPARED).toLowerCase();
  const near = known
    .map((one) => ({ one, edits: editsBetween(asked, one.toLowerCase()) }))
    .filter(({ one, edits }) => edits <= Math.max(1, Math.floor(Math.max(asked.length, one.length) / 3)))
    .sort((a, b) => a.edits - b.edits);
  const begun = asked.length > 1 ? known.find((one) => one.toLowerCase().startsWith(asked)) : undefined;
  return near[0]?.one ?? begun;
}

/** How many letters must be put in, left out, changed, or swapped with the next to make one word of another. */
export function editsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        edits = Math.min(edits, before[j - 2]! + 1);
      row.push(edits);
    }
    [before, last] = [last, row];
  }
  return last[other.length]!;
}
