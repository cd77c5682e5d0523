// Exports in the console: of records and of the audit log, with their files.
import { readFile } from 'node:fs/promises';
import { Desks, inBrowser, type Desk } from '../support/browser/desk';
import { startApp, type App } from '../support/servers/app';

inBrowser('exports in the console', () => {
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

  test('records are exported, and the file is fetched by a link', async () => {
    const page = await desk.open('/exports');
    await page.getByRole('button', { name: 'Export records' }).click();
    await page.getByText(/records? match/).waitFor();
    await page.getByRole('button', { name: 'Make the export' }).click();
    await page.waitForURL(/\/exports\/\d+$/);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain('strata:export');
    expect(desk.errors).toEqual([]);
  });

  test('the audit log is exported, and its manifest is shown', async () => {
    const page = await desk.open('/exports?tab=audit');
    await page.getByRole('button', { name: 'Export the log' }).click();
    await page.getByRole('button', { name: 'Make the export' }).click();
    await page.waitForURL(/\/exports\/audit\/\d+$/);
    await page.getByText('SHA-256', { exact: true }).waitFor();
    expect(await desk.barriers()).toEqual([]);
  });

  test('a schedule is set and deleted', async () => {
    const page = await desk.open('/exports?tab=audit');
    await page.getByRole('button', { name: 'Add a schedule' }).click();
    await page.getByRole('button', { name: 'Set the schedule' }).click();
    await page.getByRole('button', { name: 'Delete the schedule 0 6 * * 1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText(/^No schedules/).waitFor();
  });
});
