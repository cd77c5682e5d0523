// The crash suite's story of drills: killed while they build, load and compare, each ends once, finds nothing wrong, and
// leaves no file.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked, Story } from '../crashing';
import { compared, type Ledger } from '../tally';
import { enough } from './files';

interface Drill extends Asked {
  readonly status: string;
  readonly differences: number | null;
  readonly records: number | null;
  readonly compared: number | null;
  readonly progress?: { readonly done: number; readonly total: number };
}

const STEPS = ['build', 'load', 'compare'] as const;
const RECORDS = 3_000;

export const drills: Story = {
  kind: 'drills',
  passes: STEPS,
  async tell(crashing): Promise<Ledger> {
    const { api, server } = crashing;
    await enough(crashing, RECORDS);
    const path = '/backups/v1/drills';
    const read = ({ id }: Asked) => api.get<Drill>(`${path}/${id}`);
    /** What a run that was killed had last reported: the next one says where it stands itself. */
    let left = { kills: server.kills, done: -1 };
    const stepOf = async (job: Asked) => {
      const { status, progress } = await read(job);
      if (status !== 'PENDING') return undefined;
      const { done, total } = progress!;
      if (left.kills !== server.kills) left = { kills: server.kills, done };
      if (total === 0 || done === left.done) return '';
      return STEPS[Math.min(STEPS.length - 1, Math.floor((done * STEPS.length) / total))];
    };
    const begin = () => api.post<Asked>(path, { all: true });
    const jobs = await crashing.jobs('drills', begin, stepOf, 10, { inTheMiddle: true });
    const found: string[] = [];
    for (const job of jobs) {
      const { id, status, differences, records, compared: met } = await read(job);
      // Its position is drawn: it need not have had all of the records.
      found.push(`${id} ${status} ${differences} ${records !== null && met !== null}`);
    }
    const listed = await crashing.pages<Asked>(path);
    const leftOver = readdirSync(join(server.dataDir, 'files', 'drills'), { recursive: true });
    return compared(
      [...jobs.flatMap(({ id }) => [`${id} PASSED 0 true`, `${id} listed`])],
      [
        ...found,
        ...listed.map(({ id }) => `${id} listed`),
        ...leftOver.map((name) => `left ${String(name)}`),
      ],
    );
  },
};
