// An answer has the same JSON whether it is made as one or a piece at a time.
import fc from 'fast-check';
import { jsonInTurns } from '../../../src/http/answers/json-in-turns';

test('the bytes of all pieces are those of the whole', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', 'é', '日', '🙂', '\ud83d', '\ude42'),
    maxLength: 30,
  });
  const value = fc.oneof(
    text,
    fc.constant(undefined),
    fc.integer(),
    fc.record({ a: text, b: fc.array(text) }),
  );
  const answer = fc.dictionary(
    fc.constantFrom('status', 'results', 'paging', '"'),
    fc.oneof(value, fc.array(value)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(answer, fc.array(value)),
      fc.integer({ min: 1, max: 7 }),
      async (given, stretch) => {
        expect(String(await jsonInTurns(given, stretch))).toBe(String(Buffer.from(JSON.stringify(given))));
      },
    ),
  );
});

test.each([
  ['results', { results: Array.from({ length: 200 }, () => 'x'.repeat(50_000)) }],
  ['one text', { text: 'x'.repeat(10_000_000) }],
])('others have their turn before the JSON of many or long %s is made', async (_, answer) => {
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  await jsonInTurns(answer);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(0);
});
