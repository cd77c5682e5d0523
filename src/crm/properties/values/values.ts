// Decides whether a value fits its property, and in which canonical form it is kept. Strings stay as given, but for
// e-mail addresses, domains and phone numbers; a canonical value is its own canonical form.
import { LONGEST_VALUE } from '../../limits';
import type { PropertyDefinition } from '../property.events';
import { cleanDomain, cleanEmail, comparisonOf } from './sameness.vocabulary';

export type Canonical =
  { readonly ok: true; readonly value: string | null } | { readonly ok: false; readonly code: ValueProblem };

export type ValueProblem =
  | 'INVALID_LENGTH'
  | 'INVALID_CHARACTERS'
  | 'INVALID_NUMBER'
  | 'INVALID_DATE'
  | 'INVALID_DATETIME'
  | 'INVALID_OPTION'
  | 'INVALID_BOOLEAN'
  | 'INVALID_PHONE_NUMBER'
  | 'INVALID_JSON'
  | 'INVALID_EMAIL'
  | 'INVALID_DOMAIN';

/** Options that are not part of the definition: whoever knows them checks them. */
const ANYTHING = { has: () => true };
const MULTIPLE: ReadonlySet<string> = new Set(['checkbox']);

const LONE_SURROGATE = /\p{Surrogate}/u;
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
const ANY_NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const LONGEST_NUMBER = 400;
const EPOCH_MS = /^-?\d{1,15}$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}:?\d{2})?$/;
const PHONE = /^(?=.*\d)[+\d\s().,\-/x#*;=a-z:]{1,100}$/i;
const DAY_MS = 86_400_000;

const fits = (value: string | null): Canonical => ({ ok: true, value });
const wrong = (code: ValueProblem): Canonical => ({ ok: false, code });

/** The canonical form of a value, or what is wrong with it. An empty string is no value, as null is. */
export function canonical(definition: PropertyDefinition, given: string | null): Canonical {
  if (given === null || given === '') return fits(null);
  if (given.length > LONGEST_VALUE) return wrong('INVALID_LENGTH');
  if (LONE_SURROGATE.test(given)) return wrong('INVALID_CHARACTERS');
  switch (definition.type) {
    case 'string':
      return text(definition, given);
    case 'number':
      return orWrong(plainNumber(given), 'INVALID_NUMBER');
    case 'date':
      return orWrong(calendarDay(given), 'INVALID_DATE');
    case 'datetime':
      return orWrong(instant(given), 'INVALID_DATETIME');
    case 'enumeration':
      return orWrong(chosen(definition, given), 'INVALID_OPTION');
    case 'bool':
      return orWrong(/^(?:true|false)$/i.test(given) ? given.toLowerCase() : undefined, 'INVALID_BOOLEAN');
    case 'phone_number':
      return orWrong(PHONE.test(given.trim()) ? given.trim() : undefined, 'INVALID_PHONE_NUMBER');
    case 'json':
      return orWrong(isJson(given) ? given : undefined, 'INVALID_JSON');
  }
}

const orWrong = (value: string | undefined, code: ValueProblem): Canonical =>
  value === undefined ? wrong(code) : fits(value);

function text(definition: PropertyDefinition, given: string): Canonical {
  switch (comparisonOf(definition)) {
    case 'email':
      return orWrong(cleanEmail(given), 'INVALID_EMAIL');
    case 'domain':
      return orWrong(cleanDomain(given), 'INVALID_DOMAIN');
    case 'phone':
      return fits(given.trim() || null);
    case 'number':
    case 'text':
      return fits(given);
  }
}

/** A plain decimal number stays as given; `+5`, `.5` and `1e3` are written out. No digit is lost to floating point. */
function plainNumber(given: string): string | undefined {
  const text = given.trim();
  if (PLAIN_NUMBER.test(text)) return unlessTooLong(text);
  const [matched, sign, whole = '', fraction = '', exponent = '0'] = ANY_NUMBER.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '';
  const right = point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  const integer = left.replace(/^0+(?=\d)/, '') || '0';
  return unlessTooLong((sign === '-' ? '-' : '') + integer + (right && `.${right}`));
}

const unlessTooLong = (text: string): string | undefined =>
  text.length <= LONGEST_NUMBER && Number.isFinite(Number(text)) ? text : undefined;

/** A day as `YYYY-MM-DD`. Epoch milliseconds and ISO times are accepted where they mean midnight UTC. */
function calendarDay(given: string): string | undefined {
  const text = given.trim();
  if (DATE.test(text)) return isDay(text) ? text : undefined;
  const iso = instant(text);
  return iso !== undefined && Date.parse(iso) % DAY_MS === 0 ? iso.slice(0, 10) : undefined;
}

/**
 * A time as ISO 8601 in UTC with milliseconds. A time without an offset is UTC; epoch milliseconds are accepted too.
 */
function instant(given: string): string | undefined {
  const text = given.trim();
  if (EPOCH_MS.test(text)) return isoOf(Number(text));
  if (DATE.test(text)) return isDay(text) ? `${text}T00:00:00.000Z` : undefined;
  const [, day, hours, minutes, seconds = '00', fraction = '', offset = 'Z'] = DATETIME.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const zone = offset.toUpperCase() === 'Z' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;
  return isoOf(
    Date.parse(`${day}T${hours}:${minutes}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`),
  );
}

/** Years 0000 to 9999 only: their ISO form has a fixed width, so that its order as text is its order in time. */
function isoOf(ms: number): string | undefined {
  if (!(Math.abs(ms) <= 8.64e15)) return undefined;
  const iso = new Date(ms).toISOString();
  return iso.length === 24 ? iso : undefined;
}

function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00.000Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(text);
}

function chosen(definition: PropertyDefinition, given: string): string | undefined {
  const options = definition.externalOptions
    ? ANYTHING
    : new Set(definition.options.map((option) => option.value));
  if (!MULTIPLE.has(definition.fieldType)) return options.has(given) ? given : undefined;
  const parts = [...new Set(given.split(';').map((part) => part.trim()))].filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => options.has(part)) ? parts.join(';') : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
