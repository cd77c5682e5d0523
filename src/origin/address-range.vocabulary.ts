// Addresses in a form whose order as text is that of addresses, so that a network is a range of texts.

/** From one address to another, both included, as `comparableAddress` gives them. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

const UNITS = 8;
const DIGITS = 4 * UNITS;
const MAPPED = '00000000000000000000ffff';
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** 32 hexadecimal digits, of IPv4 as it is mapped into IPv6; undefined where the text is no address. */
export function comparableAddress(text: string): string | undefined {
  if (!text.includes(':')) {
    const four = fourOf(text);
    return four && MAPPED + four;
  }
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const parts = halves.map((half) => (half === '' ? '' : unitsOf(half)));
  const [head, tail = ''] = parts;
  if (head === undefined || parts.includes(undefined)) return undefined;
  const missing = DIGITS - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 4) return undefined;
  return head + '0'.repeat(missing) + tail;
}

/** Hexadecimal digits of an IPv4 address. Forms in which readers differ, as with octal numbers, are none. */
function fourOf(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map((part) => hex(Number(part), 2)).join('');
}

function unitsOf(text: string): string | undefined {
  let digits = '';
  for (const [i, unit] of text.split(':').entries()) {
    const four = unit.includes('.') && i === text.split(':').length - 1 ? fourOf(unit) : undefined;
    if (four === undefined && !/^[0-9a-f]{1,4}$/i.test(unit)) return undefined;
    digits += four ?? unit.toLowerCase().padStart(4, '0');
  }
  return digits.length <= DIGITS ? digits : undefined;
}

/** An address, a network (`10.0.0.0/8`) or a range (`10.0.0.1..10.0.0.9`); undefined where the text is none. */
export function addressRange(text: string): AddressRange | undefined {
  const ends = text.split('..');
  if (ends.length === 2) {
    const [first, last] = ends.map((end) => comparableAddress(end.trim()));
    return first !== undefined && last !== undefined && first <= last ? { first, last } : undefined;
  }
  const [, written = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = comparableAddress(written);
  if (address === undefined) return undefined;
  if (bits === undefined) return { first: address, last: address };
  const length = Number(bits) + (written.includes(':') ? 0 : 96);
  return length > 128 ? undefined : networkOf(address, length);
}

function networkOf(address: string, bits: number): AddressRange {
  const whole = Math.floor(bits / 4);
  const head = address.slice(0, whole);
  if (bits % 4 === 0) return { first: head.padEnd(DIGITS, '0'), last: head.padEnd(DIGITS, 'f') };
  const free = 0xf >> (bits % 4);
  const digit = parseInt(address[whole]!, 16);
  return {
    first: (head + hex(digit & ~free, 1)).padEnd(DIGITS, '0'),
    last: (head + hex(digit | free, 1)).padEnd(DIGITS, 'f'),
  };
}
