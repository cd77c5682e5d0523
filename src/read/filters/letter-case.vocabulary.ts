// Texts as both document stores compare them where case is ignored, and as keys of documents hold them.

/** The form in which `$options: 'i'` compares texts: texts that differ in case only have the same form. */
export function foldCase(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text.toUpperCase();
  let all = '';
  for (let i = 0; i < text.length; i++) all += foldUnit(text[i]!);
  return all;
}

/**
 * As JavaScript's regular expressions ignore case: a UTF-16 unit stays one unit, and none beyond ASCII becomes ASCII.
 */
function foldUnit(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.length !== 1 || (unit > '\x7f' && upper <= '\x7f') ? unit : upper;
}

/** A character in all its cases, as a text of them; the character itself where it has no other. */
export const casesOf = (letter: string): string => (byFold ??= allCases()).get(foldCase(letter)) ?? letter;

let byFold: ReadonlyMap<string, string> | undefined;

function allCases(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let unit = 0; unit < 0x10000; unit++) {
    const letter = String.fromCharCode(unit);
    const fold = foldCase(letter);
    if (fold !== letter) found.set(fold, (found.get(fold) ?? fold) + letter);
  }
  return found;
}

/** The digits of a phone number, behind a `+` where one stands before them; empty where there are none. */
export function phoneDigits(text: string): string {
  const digits = text.replace(/[^0-9]+/g, '');
  return digits !== '' && /^[^0-9+]*\+/.test(text) ? `+${digits}` : digits;
}
