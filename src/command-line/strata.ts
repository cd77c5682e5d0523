// The command `strata`: finds the command that is called, reads its arguments, and gives the exit code.
import { parseArgs } from 'node:util';
import { StoreUnavailable } from '../store-unavailable';
import { version } from '../version';
import {
  DONE,
  NOT_TRUE,
  NotTrue,
  USED_WRONGLY,
  UsedWrongly,
  type Ask,
  type Command,
  type Say,
} from './command';
import { commands, load } from './commands';
import { Questions, sayOnTerminal } from './terminal';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** Does what the arguments ask for. Resolves with the exit code: 0 done, 1 refused or not true, 2 used wrongly. */
export async function strata(args: readonly string[], say: Say, ask: Ask = nobody): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return told(say, [version]);
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0))
    return told(say, overview());
  // `strata help verify` is `strata verify --help`.
  const called = name === 'help' ? rest[0]! : name;
  const row = called !== undefined && Object.hasOwn(commands, called) ? commands[called] : undefined;
  if (called === undefined || !row) {
    say.error(
      `${called === undefined ? 'No command is named' : `${called} is no command`}: see strata --help`,
    );
    return USED_WRONGLY;
  }
  const command = load(row);
  try {
    const { values, positionals } = read(command, name === 'help' ? ['--help'] : rest);
    if (values.help === true) return told(say, [usage(called, command), '', ...command.help]);
    if (!isAsMany(positionals.length, command)) throw new UsedWrongly(usage(called, command));
    await command.run(positionals, values, say, ask);
    return DONE;
  } catch (error) {
    if (error instanceof NotTrue) return wrong(say, error, NOT_TRUE);
    if (error instanceof UsedWrongly) return wrong(say, error, USED_WRONGLY);
    // A full disk, a file that may not be read, a server that is away: the message says it, and no stack says more.
    if (error instanceof StoreUnavailable || isOfSystem(error)) return wrong(say, error, NOT_TRUE);
    throw error;
  }
}

const nobody: Ask = () => Promise.reject(new UsedWrongly('Nobody is there to be asked'));

function isAsMany(given: number, { operands }: Command): boolean {
  const needed = operands.filter((name) => !name.startsWith('[')).length;
  const most = operands.some((name) => name.includes('…')) ? Infinity : operands.length;
  return needed <= given && given <= most;
}

const isOfSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';

function read({ options = {} }: Command, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...options, ...HELP }, allowPositionals: true }) as {
      readonly values: Readonly<Record<string, string | boolean | undefined>>;
      readonly positionals: readonly string[];
    };
  } catch (error) {
    throw new UsedWrongly((error as Error).message);
  }
}

/** What a text option is given, where that is no file. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  ...{ url: 'URL', files: 'JSON', key: 'KEY', copy: 'DIR', after: 'POSITION', to: 'POSITION' },
  ...{ backup: 'ID', 'as-of': 'TIME', types: 'TYPES', properties: 'NAMES', ids: 'IDS', reason: 'TEXT' },
  ...{ email: 'EMAIL', operation: 'UPSERT', 'date-format': 'FORMAT', encoding: 'NAME' },
  ...{ from: 'TIME', until: 'TIME', actor: 'WHO', category: 'NAME', action: 'NAME', target: 'ID' },
  ...{ property: 'NAME', value: 'TEXT', limit: 'N', 'key-column': 'NAME' },
};

function usage(name: string, { operands, options = {} }: Command): string {
  const optional = Object.entries(options).map(
    ([option, { type }]) => `[--${option}${type === 'string' ? ` ${PLACEHOLDERS[option] ?? 'FILE'}` : ''}]`,
  );
  return ['Usage: strata', name, ...operands, ...optional].join(' ');
}

const WIDTH = Math.max(...Object.keys(commands).map(({ length }) => length)) + 2;

const overview = (): string[] => [
  'Usage: strata COMMAND …',
  '',
  ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(WIDTH)}${summary}`),
  '',
  'strata COMMAND --help says more. Exit codes: 0 done, 1 refused or not true, 2 used wrongly.',
];

function told(say: Say, lines: readonly string[]): number {
  for (const line of lines) say.out(line);
  return DONE;
}

function wrong(say: Say, { message }: Error, code: number): number {
  // One line, whatever a library or a file put into the message.
  say.error(message.replace(/[\r\n]+/g, ' '));
  return code;
}

/** Runs as a process. */
export function main(): void {
  const say = sayOnTerminal(process.stdout, process.stderr);
  const questions = new Questions(process.stdin, process.stderr);
  void strata(process.argv.slice(2), say, questions.ask)
    .then(
      (code) => (process.exitCode = code),
      (error: unknown) => {
        say.error(String((error as Error).stack ?? error));
        process.exitCode = NOT_TRUE;
      },
    )
    .finally(() => {
      say.draw?.(undefined);
      questions.close();
    });
}
