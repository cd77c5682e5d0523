// Bench of contacts created through two apis over shared stores at full speed, some with the same e-mail addresses: how
// many a second, and whether each has an id of its own, is there once, and is named where its address is refused.
import { caughtUp, Client } from '../split/client';
import { Creators } from '../split/creators';
import { startDeployment } from '../split/start';
import type { Bench } from './run';

const RECORDS = 200_000;

export const run: Bench['run'] = async ({ n = RECORDS }, emit) => {
  const deployment = await startDeployment(['api', 'api', 'projector']);
  try {
    const client = new Client(deployment, () => 0);
    await client.logIn();
    const apis = deployment.members.filter(({ role }) => role === 'api');
    const creators = new Creators(
      apis.map(({ url }) => url!),
      client.token,
    );
    const started = performance.now();
    const expected = await creators.create(n);
    const seconds = (performance.now() - started) / 1_000;
    process.stderr.write(`created in ${seconds.toFixed(1)} s\n`);
    const { log, close } = await deployment.left();
    const wrong = await creators.differences(log, expected);
    await close();
    await caughtUp(client);
    const filterGroups = [{ filters: [{ propertyName: 'city', operator: 'EQ', value: creators.run }] }];
    const { total } = await client.search<{ total: number }>('/crm/v3/objects/contacts/search', {
      filterGroups,
    });
    emit({
      ...{ n: expected, what: 'contacts created through two apis, 100 a call, 4 % wanted by both' },
      seconds: Number(seconds.toFixed(1)),
      perSecond: Math.round(expected / seconds),
      requests: creators.requests,
      holdersNamed: creators.named,
      differentIds: creators.acknowledged.size,
      found: total,
      wrong: wrong.length,
      examples: wrong.slice(0, 5),
    });
    if (wrong.length > 0 || total !== expected)
      throw new Error('Not every record is there once, under its own id');
  } finally {
    await deployment.remove();
  }
};
