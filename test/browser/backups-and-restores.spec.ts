// Backups and restores in a browser: a backup is taken and fetched, a plan looked at and carried out with a code, and undone.
import { Desks, inBrowser, type Desk } from '../support/browser/desk';
import { App } from '../support/servers/app';

inBrowser('backups and restores in the console', () => {
  let app: App;
  let desks: Desks;
  let desk: Desk;

  beforeAll(async () => {
    app = await App.start({ OWN_LOG: 'yes' });
    await app.setUpTwoFactor();
    desks = await Desks.open();
    desk = await desks.signedIn(app);
  });
  afterAll(async () => {
    await desks.close();
    await app.close();
  });

  test('a backup is taken, its file fetched, and what is changed since then is brought back and undone', async () => {
    const contact = { properties: { firstname: 'Ida', city: 'Bergen' } };
    const { id } = await app.ok<{ id: string }>('POST', '/crm/v3/objects/contacts', contact);
    const cityNow = async () =>
      (
        await app.ok<{ properties: { city: string } }>(
          'GET',
          `/crm/v3/objects/contacts/${id}?properties=city`,
        )
      ).properties.city;

    const page = await desk.open('/backups');
    await page.getByRole('button', { name: 'Back up now' }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Back up now' }).click();
    const row = page.getByRole('row').filter({ hasText: 'Done' });
    await row.first().waitFor();
    expect(await desk.barriers()).toEqual([]);
    await row.first().getByRole('link').first().click();
    await page.getByText('What lies in the file').waitFor();
    await page.getByText('contacts.csv').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^backup-\d+\.zip$/);

    await app.ok('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { city: 'Oops' } });
    await page.getByRole('link', { name: 'Plan a restore from this' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'All types' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Make the plan' }).click();
    await page.getByText('I know that this changes 1 record.').waitFor();
    expect(await cityNow()).toBe('Oops');
    expect(await desk.barriers()).toEqual([]);

    const submit = page.getByRole('button', { name: 'Restore 1 record' });
    await page.getByLabel('I know that this changes').check();
    expect(await submit.isDisabled()).toBe(true);
    await page.getByLabel('I know that it overwrites').check();
    const code = page.getByRole('textbox', { name: 'Code' });
    await code.fill('000000');
    await submit.click();
    await page.getByText('This code is wrong').waitFor();
    expect(await cityNow()).toBe('Oops');
    await code.fill(await app.awaitedTotp());
    await submit.click();
    await page.getByRole('button', { name: 'Undo this restore' }).waitFor();
    expect(await cityNow()).toBe('Bergen');

    await page.getByRole('button', { name: 'Undo this restore' }).click();
    await page.getByText('I know that this changes 1 record.').waitFor();
    await desk.open('/jobs');
    await page.getByRole('link', { name: /^Backup \d/ }).waitFor();
    expect(desk.errors).toEqual([]);
  });

  test('a plan that would change nothing offers nothing to carry out', async () => {
    const { body } = await app.api<{ id: string }>('POST', '/restores/v1/plans', {
      source: { asOf: new Date().toISOString() },
      objects: [{ objectType: 'companies', properties: '*' }],
    });
    const page = await desk.open(`/restores/plans/${body.id}`);
    await page.getByText('Nothing would change').waitFor();
    expect(await page.getByRole('heading', { name: 'Carry it out' }).count()).toBe(0);
  });

  test('a ZIP is looked at first, then loaded, and says that the load can be undone', async () => {
    const page = await desk.open('/loads');
    const zip = await desk.context.request.get('/backups/v1/backups?limit=1');
    const { results } = (await zip.json()) as { results: { id: string }[] };
    const file = await desk.context.request.get(`/backups/v1/backups/${results[0]!.id}/file`);
    const buffer = await file.body();
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'whole.zip', mimeType: 'application/zip', buffer });
    await page.getByText('What it would do').waitFor();
    expect(await desk.barriers()).toEqual([]);
    await page.getByRole('button', { name: 'Load now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Load now' }).click();
    await page.getByRole('link', { name: 'Plan to undo this load' }).waitFor();
    await page.getByText('Everything fitted').waitFor();
    expect(desk.errors).toEqual([]);
  });
});
