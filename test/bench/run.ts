// `npm run bench -- NAME [--n N]`: runs ./NAME.bench.js and prints one JSON line for each figure on stdout, progress on
// stderr.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';

/**
 * One measured figure. The runner fills in `bench` and `peakRssMb`. `ratio` is Strata's figure divided by the peer's.
 */
export interface Figure {
  readonly n: number;
  readonly what: string;
  readonly seconds?: number;
  readonly perSecond?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly peer?: { readonly name: string; readonly perSecond?: number; readonly p99Ms?: number };
  readonly ratio?: number;
  readonly [more: string]: unknown;
}

export interface Bench {
  readonly run: (options: { readonly n?: number }, emit: (figure: Figure) => void) => Promise<void>;
}

const SUFFIX = '.bench.js';

/** Paths below this folder. */
const files = (): string[] =>
  readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(SUFFIX));

const names = (): string[] =>
  files()
    .map((file) => basename(file, SUFFIX))
    .sort();

function usage(problem: string): void {
  process.stderr.write(`${problem}\nusage: npm run bench -- NAME [--n N]\nbenches: ${names().join(', ')}\n`);
  process.exitCode = 2;
}

/** Reads `--n 5000` or `--n=5000`; the only argument that is no option is the name. */
function parse(args: readonly string[]): { name?: string; n?: number } | undefined {
  let name: string | undefined;
  let n: number | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--n' || arg.startsWith('--n=')) {
      n = Number(arg === '--n' ? args[++i] : arg.slice('--n='.length));
      if (!Number.isSafeInteger(n) || n < 1) return undefined;
    } else if (arg.startsWith('-') || name !== undefined) return undefined;
    else name = arg;
  }
  return { ...(name !== undefined && { name }), ...(n !== undefined && { n }) };
}

const peakRssMb = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

async function main(): Promise<void> {
  const parsed = parse(process.argv.slice(2));
  if (!parsed) return usage('The options could not be read');
  const { name, n } = parsed;
  if (name === undefined) return usage('Name a bench');
  if (!names().includes(name)) return usage(`There is no bench ${name}`);
  const file = files().find((one) => basename(one, SUFFIX) === name)!;
  const { run } = (await import(join(__dirname, file))) as Bench;
  const started = performance.now();
  await run(n === undefined ? {} : { n }, (figure) => {
    const line = { bench: name, ...figure, peakRssMb: figure.peakRssMb ?? peakRssMb() };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  });
  process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

main().then(
  // Handles that a finished bench left open (worker threads, sockets) must not keep the runner alive.
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
