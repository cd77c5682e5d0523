// Scratch files: what they hold can be read back while they are open, and nothing of them is found on disk.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScratchFile } from '../../../src/files/scratch-file';
import { temporaryFolder } from '../../support/read-side';

class Numbers extends ScratchFile {
  constructor(folder: string) {
    super(folder, 'CREATE TABLE numbers (n INTEGER PRIMARY KEY, padding TEXT);');
  }

  add(from: number, to: number): void {
    this.database
      .prepare(`INSERT INTO numbers SELECT value, printf('%1000c', 'x') FROM generate_series(?, ?)`)
      .run(from, to);
  }

  count(): number {
    const { count } = this.database.prepare('SELECT count(*) AS count FROM numbers').get() as {
      count: number;
    };
    return count;
  }
}

let root: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  root = await temporaryFolder();
  folder = join(root.path, 'scratch');
});
afterEach(() => root.remove());

test('more than is cached goes through, and a killed process would leave nothing behind', () => {
  const numbers = new Numbers(folder);
  numbers.add(1, 30_000);
  expect(numbers.count()).toBe(30_000);
  expect(readdirSync(folder)).toEqual([]);
  numbers.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('files of one folder do not meet', () => {
  const [one, other] = [new Numbers(folder), new Numbers(folder)];
  one.add(1, 1);
  other.add(1, 2);
  expect([one.count(), other.count()]).toEqual([1, 2]);
  one.close();
  other.close();
});
