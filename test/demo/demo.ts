// The demo: Strata's main job on sample data, over HTTP. `--once` ends it there; otherwise the server stays up for a look.
// `--scale=0.02` takes so much of the sample.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config';
import { startServer } from '../../src/server';
import { Api } from './api';
import { type Door, openDoor } from './door';
import { say, step } from './report';
import { ADMIN, Story } from './story';

async function main(): Promise<void> {
  const once = process.argv.includes('--once');
  const [, scale = '1'] = /--scale=([\d.]+)/.exec(process.argv.join(' ')) ?? [];
  const dataDir = await mkdtemp(join(tmpdir(), 'strata-demo-'));
  const config = parseConfig({
    PORT: once ? '0' : (process.env.PORT ?? '3000'),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    BACKUP_QUOTA: 'off',
    BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
    BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
  });
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  let door: Door | undefined;
  const end = async () => {
    door?.close();
    await server?.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await step('Start on an empty data folder', async () => {
      server = await startServer(config);
      return server.url;
    });
    const api = new Api(server!.url);
    const story = new Story(api, server!.engine, dataDir, Number(scale));
    await story.tell();
    if (once) return await end();
    const { secret, recoveryCodes } = story.factor;
    door = await openDoor(api.url, { ...ADMIN, recoveryCode: recoveryCodes[0] });
    say(`The server stays up: its console at ${api.url}/, the API's docs at /docs.`);
    say('This link signs you in to the console, once:');
    say(`  ${door.link}`);
    say(`Later, log in as ${ADMIN.email}, with the password`);
    say(`"${ADMIN.password}" and a code of an authenticator app. Its secret:`);
    say(`  ${secret}`);
    say('Or ask with the token of the demo:');
    say(`  TOKEN=${api.token}`);
    say(`  curl -H "Authorization: Bearer $TOKEN" ${api.url}/audit/v1/entries`);
    say(`Ctrl-C ends it and deletes ${dataDir}.`);
    process.once('SIGINT', () => void end().then(() => process.exit(0)));
  } catch (error) {
    await end();
    throw error;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
