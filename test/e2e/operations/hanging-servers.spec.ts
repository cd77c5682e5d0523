// A server of the stores that hangs: clients are told so and when to try again, nothing that was acknowledged is lost, what is
// repeated is done once, and all goes on by itself. Nothing to see where no servers are named.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { KillableServer } from '../../crash/killable';
import { type Answer, type AnyJson, type App, ownLog, startApp } from '../../support/servers/app';
import { HangingLine } from '../../support/servers/hanging-line';
import { dropDatabase, ownDatabase } from '../../support/servers/own-database';

const { EVENTSTORE_URL, MONGODB_URL } = process.env;
const LOOK_MS = 50;
const CONTACTS = '/crm/v3/objects/contacts';

(EVENTSTORE_URL && MONGODB_URL ? describe : describe.skip)('while a server hangs', () => {
  let log: HangingLine;
  let documents: HangingLine;
  let app: App;
  let kept: string;
  beforeAll(async () => {
    log = await HangingLine.to(`${EVENTSTORE_URL}#${randomUUID().slice(0, 8)}`);
    documents = await HangingLine.to(ownDatabase(MONGODB_URL!));
    app = await startApp({ ...ownLog, EVENTSTORE_URL: log.url, MONGODB_URL: documents.url });
    kept = (await app.ok('POST', CONTACTS, { properties: { city: 'London' } })).id;
  });
  afterAll(async () => {
    for (const line of [log, documents]) line.goOn();
    await app.close();
    for (const line of [log, documents]) await line.close();
  });

  const told = ({ status, headers, body }: Answer<AnyJson>) =>
    status === 503 && body.category === 'STORE_UNAVAILABLE' && Number(headers.get('retry-after')) > 0;
  /** Whoever is known by a token that was looked up a moment ago is served on for as long. */
  const refused = async (ask: () => Promise<Answer<AnyJson>>) => {
    for (let answer = await ask(); !told(answer); answer = await ask()) {
      expect(answer.status).toBeLessThan(300);
      await pause(LOOK_MS);
    }
  };
  const ready = async () => (await app.api('GET', '/health/ready')).status === 200;

  test.each([
    ['EventStoreDB', () => log, [`${CONTACTS}/kept`]],
    ['MongoDB', () => documents, [`${CONTACTS}/kept`, CONTACTS]],
  ])('%s: what needs it is answered 503, and goes on when it does', async (_, line, reads) => {
    const lastname = randomUUID();
    const change = () =>
      app.api('PATCH', `${CONTACTS}/${kept}`, { properties: { lastname } }, { 'idempotency-key': lastname });
    const create = () =>
      app.api('POST', CONTACTS, { properties: { lastname } }, { 'idempotency-key': `new ${lastname}` });
    line().hang();
    await Promise.all([
      ...[change, create].map(refused),
      ...reads.map((path) => refused(() => app.api('GET', path.replace('kept', kept)))),
    ]);
    expect(await ready()).toBe(false);
    line().goOn();
    for (let again = await change(); again.status !== 200; again = await change()) {
      expect(told(again)).toBe(true);
      await pause(LOOK_MS);
    }
    for (let again = await create(); again.status !== 201; again = await create()) {
      expect(told(again)).toBe(true);
      await pause(LOOK_MS);
    }
    while (!(await ready())) await pause(LOOK_MS);
    const written = (await app.events()).filter(({ data }) => JSON.stringify(data).includes(lastname));
    expect(written.map(({ type }) => type).sort()).toEqual(['record.created.v1', 'record.values-changed.v1']);
    const filterGroups = [{ filters: [{ propertyName: 'lastname', operator: 'EQ', value: lastname }] }];
    const { results } = await app.ok('POST', `${CONTACTS}/search`, { filterGroups });
    expect(results).toHaveLength(2);
  });
});

(EVENTSTORE_URL && MONGODB_URL ? test : test.skip)(
  'a process that is told to end while MongoDB hangs ends in good order, and its successor has all that it acknowledged',
  async () => {
    const line = await HangingLine.to(ownDatabase(MONGODB_URL!));
    const server = await KillableServer.start({
      EVENTSTORE_URL: `${EVENTSTORE_URL}#${randomUUID().slice(0, 8)}`,
      MONGODB_URL: line.url,
    });
    const { id } = await server.api.post<{ id: string }>(CONTACTS, { properties: { city: 'London' } });
    line.hang();
    server.signal('SIGTERM');
    expect(await server.ended()).toBe(0);
    line.goOn();
    await server.run();
    expect(await server.api.get(`${CONTACTS}/${id}`)).toMatchObject({ id });
    await server.stop();
    await server.remove();
    await dropDatabase(line.url);
    await line.close();
  },
);
