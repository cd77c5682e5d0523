// Does what README and docs tell a reader to do: `npm run test:docs`. Blocks of the pages below are pasted into a shell in
// a clean clone of the last commit, one after another, and each must end well; blocks of the others, which need servers,
// Docker or an account that has something in it, are only parsed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnspentCodes } from '../support/servers/unspent-codes';
import { blocksOf, isShell, pages, type Block } from './blocks';
import { Shell, Standing, type Answers } from './shell';

const RUN = ['README.md', 'docs/first-steps.md'];
const LINK = /http:\S+\/set-up#token=[\w-]+/;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const nameOf = ({ page, line }: Block) => `${page}:${line}`;

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/** What a reader has set already is not theirs here. */
function environment(folder: string, port: string): NodeJS.ProcessEnv {
  const {
    STRATA_URL: _url,
    STRATA_TOKEN: _token,
    DATA_DIR: _data,
    npm_config_prefix: _,
    ...env
  } = process.env;
  return { ...env, PORT: port, TMPDIR: folder, XDG_CONFIG_HOME: join(folder, 'config') };
}

async function runPage(page: string, clone: string, folder: string): Promise<void> {
  const env = environment(folder, await freePort());
  let standing: Standing | undefined;
  let codes: UnspentCodes | undefined;
  const code = async (): Promise<string> => {
    codes ??= new UnspentCodes(/Secret: (\S+)/.exec(shell.output)![1]!);
    return codes.awaited();
  };
  const answers: Answers = [
    [/The link that the server has printed: $/, () => standing!.printed(LINK)],
    [/Your e-mail address: $/, async () => 'reader@example.com'],
    [/A password of your choice: $/, async () => 'a password that is drawn'],
    [/A code of your second factor[^\n]*: $/, code],
    [/Go on\? \(yes or no\) $/, async () => 'yes'],
  ];
  const shell = new Shell(clone, env, answers);
  try {
    for (const block of blocksOf(page).filter(isShell)) {
      const started = performance.now();
      if (block.staysUp) {
        await standing?.end();
        standing = new Standing(block.code, clone, env);
        await standing.printed(LINK);
      } else await shell.paste(block.code);
      say(`${nameOf(block)}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
  } finally {
    shell.close();
    await standing?.end();
  }
}

function parse(block: Block): void {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: block.code, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${nameOf(block)}: ${stderr}`);
  const why = /docker/.test(block.code)
    ? 'it needs Docker'
    : 'it needs a server with an account that is in use';
  say(`${nameOf(block)}: only parsed: ${why}`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-docs-'));
  try {
    for (const page of pages.filter((one) => !RUN.includes(one)))
      blocksOf(page).filter(isShell).forEach(parse);
    const clone = join(folder, 'strata');
    execFileSync('git', ['clone', '--quiet', '.', clone]);
    for (const page of RUN) await runPage(page, clone, folder);
    const left = execFileSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' });
    if (left !== '') throw new Error(`The commands have left in the repository:\n${left}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
