// Which passwords nobody may take: those that are tried first, whatever they are dressed up with.
import { isKnownPassword } from '../../../src/identity/passwords/known-passwords';

const email = 'Grace.Hopper@example.com';

test.each([
  ['is on the list', 'administrator'],
  ['is on the list in small letters', 'AdministratoR'],
  ['is on the list, written in full-width letters', 'ａｄｍｉｎｉｓｔｒａｔｏｒ'],
  ['is of the list, with digits and signs around it', '!!liverpool2024!!'],
  ['is two of the list', 'monkeydragon'],
  ['is two of the list, told apart', 'Monkey-Dragon 99'],
  ['repeats', 'xyzzyxyzzyxyzzy'],
  ['is one key', '............'],
  ['is a row of digits', '123456789012'],
  ['is the product', 'Strata-2024-11'],
  ['is hardly more than the product', 'strata loves 1'],
  ['is the name in the e-mail address', 'grace.hopper1906'],
  ['is the name, the product and something of the list', 'grace.hopper strata password1'],
])('one that %s', (_, password) => expect(isKnownPassword(password, email)).toBe(true));

test.each([
  'correct horse battery',
  'a horse of another colour',
  'monkey dragon volcano',
  '839201746528',
  'strata of sand and clay',
  'f3Zk-9pQx-71Lm',
  'grace.hopper found a moth in it',
])('not one like %s', (password) => expect(isKnownPassword(password, email)).toBe(false));

test('a name of two letters tells of nobody', () =>
  expect(isKnownPassword('al fresco evenings', 'al@example.com')).toBe(false));
