// No custom object type may be called like the streams of something else: its records would lie among them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSchemaName } from '../../../../src/crm/schemas/schema-check';

const FOLDER = join(__dirname, '../../../../../test/fixtures/events');
const categories = readdirSync(FOLDER)
  .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as { stream: string })
  .map(({ stream }) => stream.split('-', 1)[0]!);

test.each([...new Set(categories)])('%s is reserved, as a stored event lies in such a stream', (category) => {
  expect(() => checkSchemaName(category)).toThrow(/reserved|must begin/);
});

test('other names are not', () => {
  for (const name of ['car', 'Car_2', 'refuse', 'users']) expect(() => checkSchemaName(name)).not.toThrow();
});
