// The store of read models is lost, and with it how far each subscription is: what the log notes of it leaves little to be
// told again, and nothing is left out.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hurry, Subscribed } from '../../support/webhooks/subscribed';

const ifEmbedded = process.env.EVENTSTORE_URL ? test.skip : test;

hurry({ noteMs: 0 });

ifEmbedded('what waits is told, and of the rest nothing that came before the last note', async () => {
  const it = await Subscribed.start();
  try {
    const { id: subscription } = await it.subscribe({ events: ['propertyChange'], properties: ['city'] });
    const citiesOf = (id: string) => it.receiver.of(id).map(({ propertyValue }) => propertyValue);
    const [done, failing] = [await it.contact({ city: 'A' }), await it.contact()];
    await it.receiver.until(() => citiesOf(done).length === 1);
    const notes = async () => (await it.app.events()).filter(({ type }) => type === 'webhook.reached.v1');
    // The log is read at once: without turns of the event loop nothing else would get on.
    while ((await notes()).length === 0) await new Promise(setImmediate);
    it.receiver.answer = () => 500;
    await it.moveTo(failing, 'B');
    await it.until(subscription, ({ delivery }) => delivery.waiting === 1);
    await it.app.restart(async ({ DATA_DIR }) => {
      for (const name of readdirSync(DATA_DIR!))
        if (name.startsWith('read.db')) rmSync(join(DATA_DIR!, name));
    });
    it.receiver.answer = () => 200;
    await it.receiver.until(() => citiesOf(failing).length === 1);
    expect(citiesOf(done)).toEqual(['A']);
  } finally {
    await it.stop();
  }
});
