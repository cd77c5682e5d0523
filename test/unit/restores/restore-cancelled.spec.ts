// A restore that is cancelled counts exactly what was carried out, wherever it was killed before, and in whichever pass.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { Files } from '../../../src/files/files';
import { ListWriter } from '../../../src/files/kept-list';
import { atTheStart, PlanExecution, type Watermark } from '../../../src/restores/execute-plan';
import type { Row } from '../../../src/restores/rows/plan-row';

let dataDir: string;
let files: Files;
let plans = 0;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'restores-'));
  files = new Files(dataDir);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

class Killed extends Error {}

/** Rows with a conflict are those of the second pass. */
async function planOf(conflicts: readonly boolean[]): Promise<string> {
  const rows = conflicts.map((conflict, n): Row => {
    const row = { objectType: 'deals', recordId: `${n}`, kind: 'update' as const, revision: 0, changes: {} };
    return conflict ? { ...row, conflict: { property: 'code', heldBy: '1' } } : row;
  });
  const file = `plans/${plans++}.jsonl`;
  await files.write(file, Readable.from(rows.map((row) => `${JSON.stringify(row)}\n`)));
  return file;
}

const story = fc.record({
  conflicts: fc.array(fc.boolean(), { minLength: 1, maxLength: 24 }),
  /** After so many rows each time. */
  kills: fc.array(fc.nat(14), { maxLength: 3 }),
  /** After the last of them, once so many rows have been carried out. */
  cancelAfter: fc.nat(16),
});

test('what was carried out and what is told of it are the same', () =>
  fc.assert(
    fc.asyncProperty(story, async ({ conflicts, kills, cancelAfter }) => {
      const planFile = await planOf(conflicts);
      const done = new Set<number>();
      const left = [...kills];
      let saved: Watermark = atTheStart;
      for (;;) {
        let until = left.shift() ?? Infinity;
        const execution = new PlanExecution(
          {
            ...{ files, planFile, saveRows: 2 },
            kept: new ListWriter(files, (run) => `kept/${run}.jsonl`, saved.kept),
            apply: async (_, index) => {
              await turn();
              if (until-- <= 0) throw new Killed();
              done.add(index);
              return { outcome: 'changed' };
            },
            release: async () => undefined,
            recognise: async (_, index) => (done.has(index) ? { outcome: 'changed' } : undefined),
            // A process that dies saves nothing any more, though this one goes on to the end of its run.
            save: async (mark) => void (until >= 0 && (saved = mark)),
            cancelled: async () => left.length === 0 && until === Infinity && done.size >= cancelAfter,
            report: () => undefined,
            signal: new AbortController().signal,
          },
          saved,
        );
        try {
          const ending = await execution.run();
          expect(execution.reached.outcomes.changed).toBe(done.size);
          if (ending === 'completed') expect(done.size).toBe(conflicts.length);
          return;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        }
      }
    }),
    { numRuns: 300 },
  ));
