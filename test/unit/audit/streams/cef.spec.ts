// Entries in the Common Event Format: whatever stands in them, a reader that keeps to the format's rules finds it again.
import fc from 'fast-check';
import { cefOf } from '../../../../src/audit/streams/formats/cef';
import type { ShownEntry } from '../../../../src/audit/streams/formats/shown-entry';
import { toldSample, toldTypes } from '../../../support/streams/told-samples';

/** Reads a line as the format says: seven pipes that are not escaped, then keys, each behind a space. */
function read(line: string): { header: string[]; extension: Record<string, string> } {
  const header: string[] = [];
  let rest = line.replace(/^CEF:/, '');
  while (header.length < 7) {
    const [whole, field] = /^((?:[^\\|]|\\[\\|])*)\|/.exec(rest)!;
    header.push(field!.replace(/\\([\\|])/g, '$1'));
    rest = rest.slice(whole.length);
  }
  const extension: Record<string, string> = {};
  const pairs = rest.split(/ (?=\w+=)/);
  let last = '';
  for (const pair of pairs) {
    const [, key, value] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
    // An equals sign of a value is escaped: what looks like a key but is not comes with a backslash.
    if (key === undefined) extension[last] += ` ${pair}`;
    else extension[(last = key)] = value!;
  }
  const unescaped = (text: string) =>
    text.replace(/\\(.)/gs, (_, one: string) => ({ n: '\n', r: '\r' })[one] ?? one);
  return {
    header,
    extension: Object.fromEntries(Object.entries(extension).map(([key, value]) => [key, unescaped(value)])),
  };
}

const entryWith = (label: string): ShownEntry => {
  const entry = toldSample('user.created.v1', { actor: { type: 'user', id: 'u-2', userId: 'u-2' } });
  return { ...entry, target: { type: 'users', id: '7', label } };
};

test('every entry is one line with eight fields', () => {
  for (const type of toldTypes) {
    const line = cefOf(toldSample(type));
    expect(line).not.toMatch(/[\r\n]/);
    const { header } = read(line);
    expect([header[0], header[1], header.length]).toEqual(['0', 'Strata', 7]);
    expect(Number(header[6])).toBeGreaterThanOrEqual(0);
  }
});

test('a login that failed is told with who, from where, and that it failed', () => {
  const client = { ip: '192.0.2.7', userAgent: 'curl/8', loginType: 'PASSWORD' } as const;
  const { header, extension } = read(cefOf(toldSample('login.failed.v2', { client })));
  expect(header.slice(4)).toEqual([
    'LOGIN:LOGIN_FAILED:LOGIN',
    expect.stringMatching(/^Failed to log in/),
    '6',
  ]);
  expect(extension).toMatchObject({
    ...{ act: 'LOGIN', outcome: 'failure', src: '192.0.2.7', requestClientApplication: 'curl/8' },
    ...{ cat: 'LOGIN/LOGIN_FAILED', externalId: '00000000000000000057' },
  });
});

test('an IPv6 address has a field of its own', () => {
  const { extension } = read(cefOf(toldSample('session.started.v1', { client: { ip: '2001:db8::1' } })));
  expect(extension).toMatchObject({ c6a2: '2001:db8::1', c6a2Label: 'Source IPv6 Address' });
  expect(extension.src).toBeUndefined();
});

test('what is escaped is found again, in a name and in old and new values', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'ab=|\\ \n\r é汉"cs1='), maxLength: 60 });
  fc.assert(
    fc.property(hostile, hostile, (label, value) => {
      const changes = { name: { from: null, to: value } };
      const { header, extension } = read(cefOf({ ...entryWith(label), changes }));
      expect(header).toHaveLength(7);
      const written = label.replace(/\r\n/g, '\n');
      if (label !== '') expect(extension.cs2).toBe(written);
      expect(JSON.parse(extension.cs6!)).toEqual(changes);
      expect(extension.msg).toBe('Created a super admin');
    }),
  );
});

test('values that do not fit are not cut: the names of what was changed are told', () => {
  const changes = { notes: { from: 'x'.repeat(5_000), to: '' } };
  const { extension } = read(cefOf({ ...entryWith('Ada'), changes }));
  expect(extension.cs6).toBe('["notes"]');
});
