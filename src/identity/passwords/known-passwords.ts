// Which passwords are tried first, so that nobody takes one of them: those of a published list, two of them put
// together, and what anybody would guess of the person. How many kinds of characters there are says little.
import { dictionary } from '@zxcvbn-ts/language-common';

const known: ReadonlySet<string> = new Set(dictionary['passwords-common']);

const PRODUCT = 'strata';
/** Characters of the first part of an e-mail address from which on it tells of somebody. */
const LEAST_NAME = 3;
/** Characters that a password has to have besides the names in it. */
const LEAST_BESIDE_NAMES = 8;

/** `email` is that of whoever takes the password. */
export function isKnownPassword(password: string, email: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase();
  const beside = withoutNames(plain, email);
  const isLeft = beside === plain || lettersOf(beside).length >= LEAST_BESIDE_NAMES;
  return !isLeft || [plain, beside].flatMap((text) => [text, lettersOf(text)]).some(isGuessed);
}

function withoutNames(plain: string, email: string): string {
  const name = email.toLowerCase().replace(/@.*/, '');
  const names = [PRODUCT, ...(name.length < LEAST_NAME ? [] : [name])];
  return names.reduce((text, one) => text.replaceAll(one, ' '), plain);
}

/** From the first letter to the last: digits and signs before and behind are what a rule on characters brings about. */
const lettersOf = (text: string): string => text.replace(/^\P{L}+|\P{L}+$/gu, '');

function isGuessed(text: string): boolean {
  if (text === '') return false;
  const joined = text.replace(/[^\p{L}\p{N}]/gu, '');
  return [text, joined].some((one) => known.has(one) || isRepeated(one)) || isOfTwo(joined);
}

/** Whether a text is a shorter one several times. */
const isRepeated = (text: string): boolean => `${text}${text}`.indexOf(text, 1) < text.length;

const isOfTwo = (text: string): boolean =>
  Array.from(text, (_, at) => at).some((at) => known.has(text.slice(0, at)) && known.has(text.slice(at)));
