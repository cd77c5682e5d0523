// Lists that jobs go on with after a stop, each run in a file of its own.
import { ListFolder, ListWriter, type KeptList } from '../../../src/files/kept-list';
import { Files } from '../../../src/files/files';
import { linesOf } from '../../../src/files/lines';
import { temporaryFolder } from '../../support/read-side';
import { oneRound } from '../../support/rounds';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let files: Files;
beforeEach(async () => {
  folder = await temporaryFolder();
  files = new Files(folder.path);
});
afterEach(() => folder.remove());

const lists = new ListFolder('lists');
const run = (before?: KeptList) => new ListWriter(files, lists.fileOf('7'), before);
async function written(list: ListWriter, ...lines: string[]): Promise<KeptList | undefined> {
  for (const line of lines) await list.add(`${line}\n`);
  return list.flush();
}
async function linesIn(list: KeptList | undefined): Promise<string[]> {
  const lines: string[] = [];
  if (list) for await (const line of linesOf(files.read(list.file, 0, list.bytes))) lines.push(line);
  return lines;
}

test('a run goes on from what counts of the one before, and not in its file', async () => {
  const first = run();
  const counts = await written(first, 'one', 'two');
  await written(first, 'never counted');
  const second = run(counts);
  const goesOn = await written(second, 'three');
  await written(first, 'the first has woken up');
  expect(goesOn?.file).not.toBe(counts?.file);
  expect(await linesIn(goesOn)).toEqual(['one', 'two', 'three']);
  expect(await linesIn(await written(second, 'four'))).toEqual(['one', 'two', 'three', 'four']);
  await Promise.all([first.close(), second.close()]);
});

test('a run without a line to add makes no file', async () => {
  expect(await written(run())).toBeUndefined();
  const first = run();
  const counts = await written(first, 'one');
  expect(await written(run(counts))).toEqual(counts);
  expect(await files.list('lists')).toHaveLength(1);
  await first.close();
});

test('a list that is shorter than what counts of it is not gone on with', async () => {
  const first = run();
  const counts = (await written(first, 'one'))!;
  await first.close();
  const second = run({ ...counts, bytes: counts.bytes + 1 });
  await expect(written(second, 'two')).rejects.toThrow('shorter');
  await expect(second.flush()).rejects.toThrow('shorter');
});

test('what runs left that lost goes when the job has ended, all but what its end names', async () => {
  const first = run();
  const counts = await written(first, 'one');
  const second = run(counts);
  const named = await written(second, 'two');
  await Promise.all([first.close(), second.close()]);
  const another = new ListWriter(files, lists.fileOf('77'), undefined);
  await written(another, 'of another job');
  await another.close();
  await oneRound((round) => lists.sweep(files, async () => undefined, round));
  expect(await files.list('lists')).toHaveLength(3);
  await oneRound((round) =>
    lists.sweep(files, async (jobId) => (jobId === '7' ? { named } : undefined), round),
  );
  const left = await files.list('lists');
  expect(left).toHaveLength(2);
  expect(left.map((name) => `lists/${name}`)).toContain(named?.file);
});

test('a list from before runs had files of their own counts as a whole', async () => {
  const legacy = await files.append(lists.legacy('7'), 0);
  await legacy.write('one\n');
  await legacy.close();
  expect(await linesIn(await lists.ofEnded(files, '7', undefined))).toEqual(['one']);
  const lost = run();
  await written(lost, 'of a run that lost');
  await lost.close();
  await lists.removeLeftovers(files, '7', undefined);
  expect(await files.list('lists')).toEqual(['7.jsonl']);
});
