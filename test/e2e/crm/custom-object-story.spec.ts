// A custom object from its first record to its last restore; `npm run bench -- story` tells it of 100,000.
import { ownLog, startApp, type App } from '../../support/servers/app';
import { carStory, type Step } from '../../support/story';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
  await app.setUpTwoFactor();
});
afterAll(() => app.close());

test('goes through import, search, update, association, backup, archive, bin and restore', async () => {
  const steps: Step[] = [];
  await carStory(app, 800, (step) => steps.push(step));
  expect(steps.map(({ what, counts }) => ({ what, ...counts }))).toMatchObject([
    { what: 'define the object' },
    { what: 'import', CREATED_OBJECTS: 800, ERRORS: 1 },
    { what: 'list all', listed: 800 },
    { what: 'search', red: 200, paged: 400 },
    { what: 'update', updated: 800 },
    { what: 'associate', ofOne: 100 },
    { what: 'back up', cars: 800, associations: 800 },
    { what: 'archive half', left: 400, ofOne: 50 },
    { what: 'look into the bin', bin: 400 },
    { what: 'bring all back from the bin', restored: 400, left: 800, ofOne: 100 },
    { what: 'damage', black: 400 },
    { what: 'plan and restore', changed: 400, black: 0 },
    { what: 'back up again and compare every value', cars: 800, same: 1 },
  ]);
});
