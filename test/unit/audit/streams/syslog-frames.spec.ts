// Messages of syslog: a reader that keeps to RFC 5424 and to octet counting finds each line again.
import fc from 'fast-check';
import { syslogFrame, syslogMessage } from '../../../../src/audit/streams/sinks/syslog-frames';
import type { Line } from '../../../../src/audit/streams/sinks/sink';
import { readFrames, readMessage } from '../../../support/streams/syslog-server';

const line = (text: string): Line => ({
  ...{ id: '1', text, at: '2024-05-01T10:00:00.000Z', category: 'LOGIN', weight: 'failure' },
});
const origin = { facility: 13, hostname: 'crm.example.com' };

test('the header says how grave, when, where, who and of what kind', () => {
  expect(syslogMessage(line('CEF:0|x'), origin)).toBe(
    '<108>1 2024-05-01T10:00:00.000Z crm.example.com strata - LOGIN - CEF:0|x',
  );
  expect(syslogMessage({ ...line('x'), category: 'ÆØÅ' }, { ...origin, hostname: '' })).toContain(
    ' - strata - - - x',
  );
});

test('JSON comes in ASCII, and means the same', () => {
  const value = { name: 'Åse 汉 😀 \u007f' };
  const { text } = readMessage(syslogMessage(line(JSON.stringify(value)), origin));
  expect(text).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(text)).toEqual(value);
});

test('frames are told apart by their length in bytes, however they are cut on the way', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(texts, fc.nat(200), (some, at) => {
      const bytes = Buffer.concat(some.map((text) => syslogFrame(syslogMessage(line(`x${text}`), origin))));
      const cut = Math.min(at, bytes.length);
      const first = readFrames(bytes.subarray(0, cut));
      const second = readFrames(Buffer.concat([first.rest, bytes.subarray(cut)]));
      const read = [...first.messages, ...second.messages].map((message) => readMessage(message).text);
      expect(read).toEqual(some.map((text) => `x${text}`));
      expect(second.rest).toHaveLength(0);
    }),
  );
});
