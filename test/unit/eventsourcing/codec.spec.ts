// Old shapes of events become the newest one on every read.
import { Codec } from '../../../src/eventsourcing/codec';
import { recorded } from '../../support/spec';

type Old = { 'note.written.v1': { text: string }; 'note.kept.v1': { n: number } };

const [written, kept] = recorded<Old>([
  { type: 'note.written.v1', data: { text: 'a' } },
  { type: 'note.kept.v1', data: { n: 1 } },
]);
const codec = new Codec({
  'note.written.v1': (data) => ({
    type: 'note.written.v2',
    data: { lines: [(data as { text: string }).text] },
  }),
  'note.written.v2': (data, { meta }) => ({
    type: 'note.written.v3',
    data: { ...(data as object), by: meta.actor.id },
  }),
});

test('an event of the first version becomes one of the newest, step by step', () =>
  expect(codec.decode(written!)).toEqual({
    ...written,
    type: 'note.written.v3',
    data: { lines: ['a'], by: 'user-1' },
  }));

test('an event of the newest version stays as it is', () => expect(codec.decode(kept!)).toBe(kept));
