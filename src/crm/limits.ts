// Limits of one request about records. A request within these bounds is answered without holding up other requests.

/** Properties that one request may name, to be returned or to be written to one record. */
export const MOST_NAMES = 2_000;
/** Characters of a property's name. */
export const LONGEST_NAME = 100;
/** Characters (UTF-16 units) of a value, and of what values are compared with. */
export const LONGEST_VALUE = 65_536;

/** Characters of all values of a record together. */
export const LONGEST_RECORD = 4_194_304;
/** Size of one answer about many records, as `sizeOf` measures it. */
export const MOST_ANSWERED = 16 * 1024 * 1024;

/** Values that one filter lists, or that `;` separates in it. */
export const MOST_VALUES = 1_000;
/** Characters of all operands of a search: 30 filters with the longest value each. */
export const LONGEST_OPERANDS = 2_097_152;
/** Words that one operand or search text may hold. */
export const MOST_WORDS = 50;
/** Stars that one operand may hold; several in a row are one. */
export const MOST_WILDCARDS = 50;

/** Associations that the records of one batch may be created with, all together. */
export const MOST_ASSOCIATIONS = 2_000;
