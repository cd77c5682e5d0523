// A long text has the same bytes whether they are made as one or a stretch at a time.
import fc from 'fast-check';
import { bytesInTurns } from '../../../src/http/answers/text-in-turns';

test('the bytes of all stretches are those of the text', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '日', '🙂', '\ud83d', '\ude42'), maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (given, stretch) => {
      expect(await bytesInTurns(given, stretch)).toEqual(Buffer.from(given));
    }),
  );
});

test('others have their turn before a long one is done', async () => {
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  await bytesInTurns('x'.repeat(4_000_000));
  clearInterval(counting);
  expect(turns).toBeGreaterThan(0);
});
