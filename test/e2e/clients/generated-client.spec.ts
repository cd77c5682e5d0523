// A client that others generate from the OpenAPI document: it compiles, knows what is answered, and works.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  createProgram,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
} from 'typescript';
import { startApp, type App } from '../../support/servers/app';

/** Below the packages of the repository, which the client imports. */
const folder = join(process.cwd(), 'dist', `generated-${randomUUID().slice(0, 8)}`);
const generator = join(process.cwd(), 'node_modules/openapi-typescript/bin/cli.js');

let app: App;
beforeAll(async () => {
  app = await startApp();
  mkdirSync(folder);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

const CLIENT = `
import createClient from 'openapi-fetch';
import type { paths } from './api';

export async function use(baseUrl: string, token: string) {
  const { GET, POST } = createClient<paths>({ baseUrl, headers: { authorization: \`Bearer \${token}\` } });
  const { data: made } = await POST('/crm/v3/objects/{objectType}', {
    params: { path: { objectType: 'contacts' } },
    body: { properties: { email: 'generated@example.com', city: 'Oslo' } },
  });
  const { data: read } = await GET('/crm/v3/objects/{objectType}/{objectId}', {
    params: { path: { objectType: 'contacts', objectId: made!.id }, query: { properties: 'city' } },
  });
  // @ts-expect-error A record has no such field: what is answered is known.
  read!.city;
  const { data: told } = await GET('/audit/v1/entries', { params: { query: { targetId: made!.id } } });
  const { error } = await GET('/backups/v1/backups/{backupId}', { params: { path: { backupId: '1' } } });
  const actions: string[] = told!.results.map(({ action }) => action);
  return { city: read!.properties['city'], actions, refusal: error?.category };
}
`;

test('it compiles, knows what is answered, and works', async () => {
  const document = await (await fetch(`${app.url}/openapi.json`)).text();
  writeFileSync(join(folder, 'openapi.json'), document);
  execFileSync(process.execPath, [generator, join(folder, 'openapi.json'), '-o', join(folder, 'api.d.ts')]);
  const file = join(folder, 'use.ts');
  writeFileSync(file, CLIENT);
  const program = createProgram([file], {
    ...{ strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, types: [] },
    ...{ module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16, esModuleInterop: true },
    ...{ target: ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'] },
  });
  const problems = getPreEmitDiagnostics(program).map(({ messageText }) =>
    flattenDiagnosticMessageText(messageText, ' '),
  );
  expect(problems).toEqual([]);
  program.emit();
  const { use } = createRequire(__filename)(join(folder, 'use.js')) as {
    use: (url: string, token: string) => Promise<object>;
  };
  expect(await use(app.url, app.admin.token)).toEqual({
    ...{ city: 'Oslo', actions: ['CREATE'], refusal: 'OBJECT_NOT_FOUND' },
  });
});
