// What uploads may take of the disk: what is too much is refused before it is written, and nothing of it stays.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, startApp } from '../../support/servers/app';
import { type Importing, importForm } from '../../support/importing';
import { RawClient } from '../../support/servers/raw-client';

const MOST = 1024 * 1024;
const part = '--x\r\nContent-Disposition: form-data; name="files"; filename="file.csv"\r\n\r\n';
const rows = (bytes: number) => 'email\r\n'.padEnd(bytes, 'x');

describe('uploads', () => {
  let app: App;
  const clients: RawClient[] = [];
  beforeAll(async () => void (app = await startApp({ UPLOAD_QUOTA: '1MiB' }, { bodySilenceMs: 600_000 })));
  afterEach(() => clients.splice(0).forEach((client) => client.close()));
  afterAll(() => app.close());

  const upload = async (headers: Readonly<Record<string, string | number>>) => {
    const client = await RawClient.open(app.url);
    clients.push(client);
    client.request('POST', '/crm/v3/imports', {
      authorization: `Bearer ${app.admin.token}`,
      'content-type': 'multipart/form-data; boundary=x',
      ...headers,
    });
    return client;
  };
  const onDisk = () => app.engine.files.usage('imports', (name) => name.includes('.csv'));
  const importing = (csv: string): Importing => ({ csv, type: '0-1', columns: { email: 'email' } });
  const send = (csv: string) => app.api('POST', '/crm/v3/imports', importForm(importing(csv)));
  const refusal = { category: 'CONFLICT', subCategory: 'UPLOAD_QUOTA' };

  test('that say that they are too large are refused before a byte of them comes', async () => {
    const client = await upload({ 'content-length': 2 * MOST });
    const answer = await client.answer();
    expect(answer?.status).toBe(409);
    expect(JSON.parse(answer!.body)).toMatchObject(refusal);
  });

  test('that become too large are refused there, and leave nothing', async () => {
    const client = await upload({ 'transfer-encoding': 'chunked' });
    const body = part + rows(2 * MOST);
    client.send(`${body.length.toString(16)}\r\n${body}\r\n`);
    const answer = await client.answer();
    expect({ status: answer?.status, body: JSON.parse(answer!.body) as object }).toMatchObject({
      ...{ status: 409, body: refusal },
    });
    expect(await onDisk()).toBe(0);
  });

  test('that are under way count, and no more when they have broken off', async () => {
    const client = await upload({ 'content-length': MOST });
    client.send(part + rows(700_000));
    while ((await onDisk()) < 600_000);
    expect(await send(rows(600_000))).toMatchObject({ status: 409, body: refusal });
    client.close();
    while ((await onDisk()) > 0);
    expect(await send(rows(600_000))).toMatchObject({ status: 200 });
  });

  test('of imports and of loads count together', async () => {
    const load = (bytes: number) => {
      const form = new FormData();
      form.append('file', new Blob([rows(bytes)]), 'backup.zip');
      form.append('dryRun', 'neither');
      return app.api('POST', '/backups/v1/loads', form);
    };
    // What the import before has brought is no part of the one that is under way.
    while ((await onDisk()) > 0);
    // From then on loads have looked at the disk.
    expect((await load(1)).status).toBe(400);
    const client = await upload({ 'content-length': MOST });
    client.send(part + rows(700_000));
    while ((await onDisk()) < 600_000);
    expect(await load(600_000)).toMatchObject({ status: 409, body: refusal });
    client.close();
    while ((await onDisk()) > 0);
  });

  test('make room when their imports have ended', async () => {
    for (let round = 0; round < 3; round++) {
      let answer = await send(rows(900_000));
      while (answer.status === 409) answer = await send(rows(900_000));
      expect(answer.status).toBe(200);
    }
    const left = await readdir(join(app.dataDir, 'files'), { recursive: true });
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
