// Reads numbers as people write them, by the signs that the import names. Pure.

export const numberFormats = ['DECIMAL_POINT', 'DECIMAL_COMMA'] as const;
export type NumberFormat = (typeof numberFormats)[number];

/** Between thousands stand no digits of the decimal part's sign; the blanks are those of any width. */
const FORMS: Readonly<Record<NumberFormat, RegExp>> = {
  DECIMAL_POINT: /^([+-]?)(\d+|\d{1,3}(?:([,'’ \u00a0\u2009\u202f])\d{3})(?:\3\d{3})*)(?:\.(\d+))?$/u,
  DECIMAL_COMMA: /^([+-]?)(\d+|\d{1,3}(?:([.'’ \u00a0\u2009\u202f])\d{3})(?:\3\d{3})*)(?:,(\d+))?$/u,
};
const LONGEST = 500;
const EXAMPLES: Readonly<Record<NumberFormat, string>> = {
  DECIMAL_POINT: '1,234.5',
  DECIMAL_COMMA: '1.234,5',
};

/** The number with a decimal point and without signs between thousands; undefined where the text is none of the form. */
export function decimalOf(text: string, format: NumberFormat): string | undefined {
  const trimmed = text.trim().replace('\u2212', '-');
  if (trimmed.length > LONGEST) return undefined;
  const [, sign, whole, , fraction] = FORMS[format].exec(trimmed) ?? [];
  if (whole === undefined) return undefined;
  return `${sign === '-' ? '-' : ''}${whole.replace(/\D/g, '')}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** What a cell must be, in words. */
export const numberExpected = (format: NumberFormat | undefined): string =>
  format === undefined
    ? 'a number such as 1234.5 (another form by numberFormat)'
    : `a number such as ${EXAMPLES[format]}`;
