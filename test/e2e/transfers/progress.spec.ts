// A stream of progress lasts no longer than the session that asked for it.
import { adminEmail, adminPassword, startApp, type App } from '../../support/servers/app';
import { startImport } from '../../support/importing';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('a revoked session hears no more of an import that goes on', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `row-${i}@progress.test`);
  const imported = { type: '0-1', columns: { Mail: 'email' }, csv: `Mail\n${rows.join('\n')}\n` };
  const { id } = await startImport(app, imported);
  const credentials = { email: adminEmail, password: adminPassword };
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', credentials);
  const stream = await fetch(`${app.url}/crm/v3/imports/${id}/progress`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = (await reader.read()).value ?? '';
  await app.ok('DELETE', `/auth/v1/sessions/${accessToken.split('-')[2]}`);
  for (let next = await reader.read(); !next.done; next = await reader.read()) heard += next.value;
  expect(heard).toContain('data: ');
  expect(heard).not.toContain('DONE');
  await app.ok('POST', `/crm/v3/imports/${id}/cancel`);
});
