// Judges when two values of a property are the same: the only judge of it, for uniqueness, searches, keys of imports,
// `idProperty` and merges. Pure.
import { foldCase, phoneDigits } from '../../../read/filters/letter-case.vocabulary';
import type { PropertyDefinition } from '../property.events';

/** How the values of a property are compared. */
export type Comparison = 'email' | 'domain' | 'phone' | 'number' | 'text';
type Compared = Pick<PropertyDefinition, 'name' | 'type' | 'fieldType' | 'groupName'>;

/** The group of a company's domain: a custom object may call something else its `domain`. */
const COMPANIES = 'companyinformation';

export function comparisonOf({ name, type, fieldType, groupName }: Compared): Comparison {
  if (type === 'phone_number') return 'phone';
  if (type === 'number') return 'number';
  if (type !== 'string') return 'text';
  if (name === 'email') return 'email';
  if (name === 'domain' && groupName === COMPANIES) return 'domain';
  return fieldType === 'phonenumber' ? 'phone' : 'text';
}

/** Two values of a property are the same where this form of them is equal. */
export const comparable = (definition: Compared, value: string): string =>
  comparedAs(comparisonOf(definition), value);

export function comparedAs(comparison: Comparison, value: string): string {
  switch (comparison) {
    // What was stored by earlier versions may be no address, and is then compared as it was by them.
    case 'email':
      return cleanEmail(value) ?? value.trim().toLowerCase();
    case 'domain':
      return cleanDomain(value) ?? textForm(value);
    case 'phone':
      return phoneDigits(value) || textForm(value.trim());
    case 'number':
      return plainForm(value);
    case 'text':
      return textForm(value);
  }
}

/** One Unicode form, and one case as the filters of read models compare it. */
const textForm = (value: string): string => foldCase(value.normalize('NFC'));

/** The form in which earlier versions compared unique values, which their reservations are still found by. */
export function formerForm(definition: Compared, value: string): string {
  if (definition.name === 'email') return value.trim().toLowerCase();
  return definition.type === 'number' ? plainForm(value) : value;
}

/** A number by its numeric value, digit by digit. */
function plainForm(value: string): string {
  const [matched, sign, whole = '', fraction = ''] = /^(-?)0*(\d*?)(?:\.(\d*?)0*)?$/.exec(value) ?? [];
  if (matched === undefined) return value;
  const number = (whole || '0') + (fraction && `.${fraction}`);
  return sign && number !== '0' ? `-${number}` : number;
}

/** What cannot be seen: controls, and what has no width. Blanks are not among them. */
const UNSEEN = /(?![\t-\r])\p{Cc}|[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const seen = (text: string): string => text.replace(UNSEEN, '').trim();

/** Octets of the longest address that mail can be sent to. */
const LONGEST_EMAIL = 254;
/** What an address can have before its `@` without being quoted. */
const LOCAL_PART = /^[^\s@"(),:;<>[\\\]]+$/u;

/**
 * An e-mail address in the form in which it is kept: without what cannot be seen, in one Unicode form, in lower case,
 * its domain in ASCII. Undefined for what cannot be an address.
 */
export function cleanEmail(text: string): string | undefined {
  const shown = seen(text);
  if (shown.length > 2 * LONGEST_EMAIL) return undefined;
  const [local = '', host, ...more] = shown.normalize('NFC').toLowerCase().normalize('NFC').split('@');
  if (host === undefined || more.length > 0 || !LOCAL_PART.test(local)) return undefined;
  const domain = asciiDomain(host);
  const email = `${local}@${domain}`;
  return domain === undefined || Buffer.byteLength(email) > LONGEST_EMAIL ? undefined : email;
}

const LONGEST_DOMAIN = 253;
/** A host, with what stands around it in a URL. */
const URL_HOST = /^(?:(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?)?(?<host>[^/?#:@]*)(?::\d*)?(?:[/?#].*)?$/isu;

/**
 * A domain in the form in which it is kept: in ASCII and lower case, without scheme, path and final dot. Undefined for
 * what cannot be a domain.
 */
export function cleanDomain(text: string): string | undefined {
  const host = URL_HOST.exec(seen(text))?.groups?.['host'];
  return host === undefined ? undefined : asciiDomain(host);
}

/** Any other sign of ASCII would end or change the host that the URL parser reads. */
const HOST = /^(?:[a-z0-9_.-]|[^\x00-\x7f\s])+$/iu;
const LABELS = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** The URL parser reads these as addresses of IPv4. */
const NUMBERS = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

function asciiDomain(host: string): string | undefined {
  if (host.length > LONGEST_DOMAIN + 1 || !HOST.test(host)) return undefined;
  const ascii = (PLAIN.test(host) ? host.toLowerCase() : idnaForm(host)).replace(/\.$/, '');
  return ascii.length <= LONGEST_DOMAIN && LABELS.test(ascii) && !NUMBERS.test(ascii) ? ascii : undefined;
}

/** A host of which IDNA changes nothing but the case: no label begins with `xn--`. */
const PLAIN = /^(?!.*xn--)[\x00-\x7f]+$/is;
/** By the URL parser, which every runtime of JavaScript has; empty for what it does not take. */
const idnaForm = (host: string): string =>
  URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
