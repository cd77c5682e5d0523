// Importing in the console: files are seen as they are read, tried, imported, mended and undone.
import { readFile } from 'node:fs/promises';
import { Desks, inBrowser, type Desk } from '../support/browser/desk';
import { startApp, type App } from '../support/servers/app';

const people = {
  name: 'people.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from('Email;First name;Phone\nanna@x.test;Anna;0047123\nnot-an-address;Bo;00123\n'),
};

inBrowser('imports in the console', () => {
  let app: App;
  let desks: Desks;
  let desk: Desk;
  beforeAll(async () => {
    [app, desks] = await Promise.all([startApp(), Desks.open()]);
    desk = await desks.signedIn(app);
  });
  afterAll(async () => {
    await desks?.close();
    await app?.close();
  });

  test('a file is tried, imported, mended by its failed rows, and the import undone', async () => {
    const page = await desk.open('/imports/new');
    await page.setInputFiles('input[type=file]', people);
    await page.locator('code', { hasText: '0047123' }).waitFor();
    expect(await desk.barriers()).toEqual([]);

    await page.getByRole('button', { name: /^Try it/ }).click();
    await page.getByRole('heading', { name: 'Errors by row' }).waitFor();
    await page.getByRole('cell', { name: 'not-an-address', exact: true }).waitFor();

    await page.getByRole('button', { name: 'Import now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Import now' }).click();
    await page.waitForURL(/\/imports\/\d+$/);
    await page.getByRole('heading', { name: 'people.csv' }).waitFor();

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Failed rows (CSV)' }).click();
    const rows = await readFile(await (await download).path(), 'utf8');
    expect(rows).toBe('\uFEFFEmail;First name;Phone;strata:export\r\nnot-an-address;Bo;00123\r\n');

    await page.getByRole('button', { name: 'Undo this import' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make the plan' }).click();
    await page.waitForURL(/\/restores\/plans\//);
    expect(desk.errors).toEqual([]);
  });

  test('a spreadsheet is refused before it is sent, and what was chosen stays', async () => {
    const page = await desk.open('/imports/new');
    await page.setInputFiles('input[type=file]', people);
    await page.locator('code', { hasText: '0047123' }).waitFor();
    await page.setInputFiles('input[type=file]', { ...people, name: 'people.xlsx' });
    await page.getByText(/people\.xlsx is a spreadsheet/).waitFor();
    expect(await page.locator('code', { hasText: '0047123' }).isVisible()).toBe(true);
  });
});
