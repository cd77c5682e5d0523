// The whole story by clicking: the first super admin comes by the printed link, sets up a second factor, imports, spoils
// what was imported, finds out in the audit log who did it, takes it back by a plan, and takes that back.
import { authenticator } from 'otplib';
import { type Desk, Desks, inBrowser } from '../support/browser/desk';
import { type App, ownLog, startApp } from '../support/servers/app';
import { UnspentCodes } from '../support/servers/unspent-codes';

const EMAIL = 'first@example.com';
const PASSWORD = 'a long enough password';
const fileOf = (name: string, city: string) => ({
  ...{ name, mimeType: 'text/csv', buffer: Buffer.from(`Email,City\nada@example.com,${city}\n`) },
});

inBrowser('the whole story in the console', () => {
  let app: App;
  let desks: Desks;
  let desk: Desk;
  let link: string;
  beforeAll(async () => {
    const printed: string[] = [];
    const write = jest
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => void printed.push(String(text)) === undefined);
    app = await startApp({ ...ownLog, BOOTSTRAP_ADMIN_EMAIL: '', BOOTSTRAP_ADMIN_PASSWORD: '' });
    write.mockRestore();
    link = /\/set-up#token=[\w-]+/.exec(printed.join(''))![0];
    desks = await Desks.open();
    desk = await desks.desk(app);
  });
  afterAll(async () => {
    await desks.close();
    await app.close();
  });

  async function importFile(name: string, city: string): Promise<void> {
    const page = await desk.open('/imports/new');
    await page.setInputFiles('input[type=file]', fileOf(name, city));
    await page.locator('code', { hasText: city }).waitFor();
    await page.getByRole('button', { name: 'Import now' }).click();
    await page.waitForURL(/\/imports\/\d+$/);
    await page.getByRole('heading', { name }).waitFor();
    await page.getByText('Done').first().waitFor();
  }

  async function carryOut(codes: UnspentCodes): Promise<void> {
    const { page } = desk;
    await page.waitForURL(/\/restores\/plans\//);
    await page.getByLabel('I know that this changes').check();
    await page.getByLabel('I know that it overwrites').check();
    await page.getByRole('textbox', { name: 'Code' }).fill(await codes.awaited());
    await page.getByRole('button', { name: 'Restore 1 record' }).click();
    await page.getByRole('button', { name: 'Undo this restore' }).waitFor();
  }

  async function cityIs(city: string): Promise<void> {
    const page = await desk.open('/records/contacts');
    await page
      .getByRole('row', { name: /ada@example\.com/ })
      .filter({ hasText: city })
      .waitFor();
  }

  test('is told from the printed link to the undoing of the undo', async () => {
    const page = await desk.open(link);
    await page.getByLabel('E-mail address').fill(EMAIL);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Make the first super admin' }).click();

    await page.getByRole('button', { name: 'Set up a second factor' }).click();
    const secret = (await page.locator('code').first().innerText()).replace(/\s/g, '');
    expect(authenticator.generate(secret)).toMatch(/^\d{6}$/);
    const codes = new UnspentCodes(secret);
    await page.getByRole('textbox', { name: 'Code' }).fill(await codes.awaited());
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByLabel('I have stored them').check();

    await importFile('good.csv', 'London');
    await importFile('bad.csv', 'Nowhere');
    await cityIs('Nowhere');

    await desk.open('/audit?q=property%3Acity');
    const row = page.getByRole('row').filter({ hasText: 'bad.csv' });
    await row.first().click();
    await page.getByText('Nowhere').first().waitFor();
    await page.getByRole('button', { name: 'Undo this change' }).click();
    await carryOut(codes);
    await cityIs('London');

    await page.goBack();
    await page.getByRole('button', { name: 'Undo this restore' }).click();
    await carryOut(codes);
    await cityIs('Nowhere');
    expect(desk.errors).toEqual([]);
  });
});
