// The home page and the notifications of the console.
import { Desks, inBrowser, type Desk } from '../support/browser/desk';
import { startApp, type App } from '../support/servers/app';

inBrowser('the home page and notifications in the console', () => {
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

  test('an empty account is told what to do first, and how it stands', async () => {
    const page = await desk.open('/');
    await page.getByRole('link', { name: 'Take the first backup' }).waitFor();
    await page.getByText('Every instant until now').waitFor();
    expect(await desk.barriers()).toEqual([]);
    expect(desk.errors).toEqual([]);
  });

  test('a notification comes by itself, is read, and leads to what it tells of', async () => {
    const page = await desk.open('/notifications');
    await app.ok('POST', '/crm/v3/exports/export/async', { objectType: 'contacts', exportName: 'All' });
    const row = page.getByRole('listitem').filter({ hasText: 'An export is done' });
    await row.getByRole('button', { name: /^Mark as read/ }).click();
    await row.getByText('Unread').waitFor({ state: 'detached' });
    await row.getByRole('link', { name: /^Open/ }).click();
    await page.waitForURL(/\/exports\/\d+$/);
  });
});
