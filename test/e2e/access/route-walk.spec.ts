// Who is answered what, of every route: the table in route-walk.md, walked. `WRITE_ROUTE_WALK=1` writes it anew: what
// has changed in it is then to be looked at.
import { readFileSync, writeFileSync } from 'node:fs';
import { type App, startApp } from '../../support/servers/app';
import type { Operation } from '../../support/api-document';
import { eventsAfter } from '../../support/log';
import { RouteWalk, type Visit, walkTable } from '../../support/route-walk';

const file = 'test/e2e/access/route-walk.md';

describe('every route', () => {
  let app: App;
  let visits: Visit[];
  let before: bigint;
  beforeAll(async () => {
    app = await startApp();
    before = await app.engine.eventStore.head();
    visits = await (await RouteWalk.of(app)).visits();
  }, 600_000);
  afterAll(() => app.close());

  test('answers everybody as its table says', () => {
    const table = walkTable(visits);
    const page = readFileSync(file, 'utf8');
    const heading = page.slice(0, page.indexOf('\n| ') + 1);
    if (process.env.WRITE_ROUTE_WALK) writeFileSync(file, `${heading}${table}\n`);
    else expect(page.slice(heading.length).split('\n')).toEqual([...table.split('\n'), '']);
  });

  test('lets in whom its rule admits, and nobody else', () => {
    const wrong = visits.filter(({ operation: { 'x-access': rule }, asker, status }) => {
      const isIn = status !== 401 && status !== 403;
      if (rule === 'public') return !isIn && asker !== 'no token';
      if (asker === 'no token' || asker === 'wrong token') return status !== 401;
      if (asker === 'key without the scope') return isIn === (rule.scope !== undefined || !!rule.session);
      if (asker === 'key with it') return isIn === !!rule.session;
      return isIn === (asker === 'session proved long ago' && !!rule.stepUp);
    });
    expect(wrong.map(({ operation, asker, said }) => [operation.path, asker, said])).toEqual([]);
  });

  test('that asks for a step-up is one that the guide lists, and so is all that changes users or settings', () => {
    const operations = [...new Set(visits.map(({ operation }) => operation))].filter(
      ({ path }) => !path.startsWith('/settings/users/v3'),
    );
    const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
    const asking = operations.filter(({ 'x-access': rule }) => rule !== 'public' && rule.stepUp).map(nameOf);
    const guide = /<!-- step-up -->(.*)<!-- \/step-up -->/s.exec(readFileSync('docs/access.md', 'utf8'))![1]!;
    expect(asking.sort()).toEqual([...guide.matchAll(/`([A-Z]+ [^`]+)`/g)].map(([, name]) => name!).sort());
    const changing = operations.filter(
      ({ method, path, 'x-access': rule }) =>
        method !== 'GET' && (path.startsWith('/settings/') || (rule !== 'public' && rule.scope === 'users')),
    );
    expect(changing.map(nameOf).filter((name) => !asking.includes(name))).toEqual([]);
  });

  test('writes nothing for those it does not let in but one row for each who is known', async () => {
    const refused = new Map(
      visits.filter(({ status }) => status === 401 || status === 403).map((one) => [one.correlationId, one]),
    );
    const written = (await eventsAfter(app.engine.eventStore, before)).filter(({ meta }) =>
      refused.has(meta.correlationId),
    );
    const told = written.map(({ type, stream, data }) => {
      const { kind } = data as { kind: string };
      return `${type} ${stream} ${kind}`;
    });
    expect(new Set(told.map((one) => one.split(' ')[0]))).toEqual(new Set(['access.refused.v1']));
    // Of all the refusals of one caller for one reason, one.
    expect(told).toHaveLength(new Set(told).size);
    const unknown = written.filter(({ meta }) => refused.get(meta.correlationId)?.status === 401);
    expect(unknown).toEqual([]);
  });
});
