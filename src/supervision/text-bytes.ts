// How much text is made, read or handed on at once where there is much of it.

/**
 * V8 keeps no text of 128 KiB or more among its small objects: each is mapped from the system and given back, its pages
 * zeroed anew, at 3 to 5 ns a byte against 0.1 to 0.4. A character that Latin-1 lacks doubles what a text takes.
 */
export const TEXT_BYTES = 60 * 1024;

/** Characters of text that is collected, then encoded and written. Each piece by itself would cost more than its text. */
export const CHUNK_CHARS = 32 * 1024;

/** How many rows of which `count` have some bytes together make a text of that size; of rows without bytes, any number. */
export const rowsOfText = (count: number, bytes: number): number =>
  bytes === 0 ? TEXT_BYTES : Math.max(1, Math.floor((TEXT_BYTES * count) / bytes));
