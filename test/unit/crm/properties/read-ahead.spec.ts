// What a write needs of the read store is read anew while it still counts: nobody who writes without pause waits for it.
import { properties } from '../../../../projections/crm/properties';
import { schemas } from '../../../../projections/crm/schemas';
import { Definitions, type Defined } from '../../../../src/crm/properties/definitions';
import { standardProperties } from '../../../../src/crm/properties/standard-properties';
import { ObjectTypes } from '../../../../src/crm/schemas/object-types-known';
import { openStores, ReadSide, type Stores } from '../../../support/read-side';

let stores: Stores;
let side: ReadSide;
let asked = 0;
/** From now on the read store gives no answer. */
function hang(): void {
  stores.documents.find = () => {
    asked++;
    return new Promise(() => undefined);
  };
}
const BEGUN = Date.now();
/** Time stands still: so many milliseconds after the beginning. */
const itIs = (milliseconds: number) => {
  jest.spyOn(Date, 'now').mockImplementation(() => BEGUN + milliseconds);
};
/** Whether it is there without waiting for anything outside. */
const isThere = (answer: Promise<unknown>) =>
  Promise.race([
    answer.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 50)),
  ]);

beforeEach(async () => {
  asked = 0;
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [properties, schemas]).start();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await side.stop();
  await stores.close();
});

const kinds: [string, () => () => Promise<unknown>][] = [
  [
    'definitions',
    () => {
      const definitions = new Definitions(stores.documents, side.models, side.streams);
      return () => definitions.of('products');
    },
  ],
  [
    'object types',
    () => {
      const types = new ObjectTypes(stores.documents, side.models, () => stores.log.head());
      return () => types.all();
    },
  ],
];

test.each(kinds)(
  '%s are answered while they are read anew, and waited for only when they are too old',
  async (_, make) => {
    itIs(0);
    const ask = make();
    await ask();
    hang();
    expect(await isThere(ask())).toBe(true);
    expect(asked).toBe(0);
    itIs(1_500);
    expect(await isThere(ask())).toBe(true);
    expect(await isThere(ask())).toBe(true);
    expect(asked).toBe(1);
    itIs(4_000);
    expect(await isThere(ask())).toBe(false);
    expect(asked).toBe(1);
  },
);

test('a definition that is made while others are read for the first time is there', async () => {
  const definitions = new Definitions(stores.documents, side.models, side.streams);
  const [standard] = standardProperties('products').values();
  const made: Defined = {
    ...{ definition: { ...standard!, name: 'made' }, sensitivity: 'non_sensitive' as const },
    ...{ archived: false, revision: 0 },
  };
  const find = stores.documents.find.bind(stores.documents);
  stores.documents.find = async (...asked) => {
    const found = await find(...asked);
    definitions.learn('products', made);
    return found as never;
  };
  expect((await definitions.of('products')).has('made')).toBe(true);
});
