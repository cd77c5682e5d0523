// Runs a job over a stretch of the log in a process of its own, and tells what the job made and how much memory it
// took.
import { runInThread } from '../../src/jobs/thread.client';

/** The child's input, as JSON in its only argument. */
export interface Task {
  readonly module: string;
  readonly name: string;
  /** Positions are strings. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Outcome {
  readonly made: Readonly<Record<string, unknown>>;
  /** The most memory that the process ever held, in MiB. */
  readonly rssMb: number;
}

const POSITIONS: ReadonlySet<string> = new Set(['position', 'checkpoint', 'madeAt']);

async function main(): Promise<void> {
  const { module, name, input } = JSON.parse(process.argv[2]!, (key, value: unknown) =>
    POSITIONS.has(key) ? BigInt(value as string) : value,
  ) as Task;
  const { signal } = new AbortController();
  const made = await runInThread<Outcome['made'], object>({ module, name, input, signal });
  const outcome: Outcome = { made, rssMb: Math.round(process.resourceUsage().maxRSS / 1_024) };
  process.stdout.write(
    JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

void main();
