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
