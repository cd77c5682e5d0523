// Writes an entry as the line that a receiver gets.
import type { Target } from '../stream-grants';
import type { StreamFormat } from '../stream.vocabulary';
import type { Line } from '../sinks/sink';
import { cefOf } from './cef';
import { ocsfOf } from './ocsf';
import { shortened, weightOf, type ShownEntry } from './shown-entry';

const formats: Readonly<Record<StreamFormat, (entry: ShownEntry) => string>> = {
  json: (entry) => JSON.stringify(entry),
  ocsf: (entry) => JSON.stringify(ocsfOf(entry)),
  cef: cefOf,
};

/** Bytes of a message of syslog that may stand before its text; the text itself may grow where it is put into ASCII. */
const HEADER = 400;
const LONGEST_IN_ASCII = 3;

export function lineOf(entry: ShownEntry, format: StreamFormat, target: Target): Line {
  const { id, occurredAt: at, category } = entry;
  const write = formats[format];
  const whole = write(entry);
  const isTooLong =
    target.kind === 'syslog' && Buffer.byteLength(whole) * growth(whole, format) + HEADER > target.maxBytes;
  return { id, text: isTooLong ? write(shortened(entry)) : whole, at, category, weight: weightOf(entry) };
}

/** A character of two or three bytes becomes one of six: thrice at most. */
const growth = (text: string, format: StreamFormat): number =>
  format === 'cef' || !/[^\x00-\x7e]/.test(text) ? 1 : LONGEST_IN_ASCII;
