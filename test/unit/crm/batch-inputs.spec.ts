// A refusal of many inputs names each of them, and is bounded.
import fc from 'fast-check';
import { BatchInputs, demandGone, reasonsOf, refusedTogether } from '../../../src/crm/batch-inputs';
import { Refusal } from '../../../src/refusals';

const reasons = fc.array(fc.record({ message: fc.string({ minLength: 1, maxLength: 5 }) }), {
  maxLength: 60,
});
const code = fc.constantFrom(
  'properties-invalid' as const,
  'value-taken' as const,
  'record-unknown' as const,
);
const refused = fc.record({ code, errors: reasons }).map(({ code, errors }) => new Refusal(code, { errors }));

test('each input has a reason, in its place, and all reasons together are bounded', () =>
  fc.assert(
    fc.property(fc.array(refused, { minLength: 1, maxLength: 100 }), (refusals) => {
      const placed = refusals.map((refusal, n) => ({ place: `inputs[${n}]`, refusal }));
      const { code, detail, message } = refusedTogether(placed, 100);
      const errors = detail.errors!;
      expect([...new Set(errors.map((error) => error.in))]).toEqual(placed.map(({ place }) => place));
      expect(errors.length).toBeLessThanOrEqual(500);
      const codes = new Set(refusals.map((one) => one.code));
      expect(code).toBe(codes.size === 1 ? refusals[0]!.code : 'input-invalid');
      expect(message.length).toBeLessThan(1_000);
    }),
  ));

test('what is left out of the reasons of an input is counted', () => {
  const errors = [1, 2, 3, 4].map((n) => ({ message: `wrong ${n}`, in: `properties.p${n}` }));
  const refusal = new Refusal('properties-invalid', { errors });
  expect(reasonsOf({ place: 'inputs[7]', refusal }, 2)).toEqual([
    { message: 'inputs[7]: wrong 1', in: 'inputs[7].properties.p1' },
    { message: 'inputs[7]: wrong 2 (and 2 more)', in: 'inputs[7].properties.p2' },
  ]);
});

test('what is about the caller is not kept for an input', async () => {
  const batch = new BatchInputs();
  const lacking = batch.each(['a'], async () => {
    throw new Refusal('scope-missing');
  });
  await expect(lacking).rejects.toThrow(new Refusal('scope-missing').message);
});

test('an input that is refused is not worked on again, and the first reason stays', async () => {
  const batch = new BatchInputs();
  const odd = async (n: number) => {
    if (n % 2 === 1) throw new Refusal('record-unknown', { message: `no ${n}` });
    return n;
  };
  expect(await batch.each([1, 2, 3], odd)).toEqual([undefined, 2, undefined]);
  expect(await batch.each([1, 2, 3], async (n) => n)).toEqual([undefined, 2, undefined]);
  batch.refuse(0, new Refusal('value-taken'));
  expect(batch.refusalOf(0)!.message).toBe('no 1');
  expect(() => batch.demandAll(3)).toThrow('2 of 3 inputs are refused: inputs[0], inputs[2]');
});

test('taking away what is not there is no failure, taking away what may not be is', () => {
  const unknown = new Refusal('record-unknown');
  const place = (n: number) => `inputs[${n}]`;
  expect(() => demandGone([undefined, unknown], place)).not.toThrow();
  expect(() => demandGone([unknown, new Refusal('access-denied', { message: 'no' })], place)).toThrow(
    'inputs[1]: no; the others are done',
  );
});
