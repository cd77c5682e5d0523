// Records in the console: made, changed beside a colleague, seen as they were, deleted and brought back, and compared.
import { Desks, inBrowser, type Desk } from '../support/browser/desk';
import { startApp, type App } from '../support/servers/app';

inBrowser('records in the console', () => {
  let app: App;
  let desks: Desks;
  let desk: Desk;
  const contact = async (firstname: string, city: string): Promise<string> => {
    const properties = { firstname, city, email: `${firstname.toLowerCase()}@records.example` };
    return (await app.ok('POST', '/crm/v3/objects/contacts', { properties })).id;
  };
  beforeAll(async () => {
    [app, desks] = await Promise.all([startApp(), Desks.open()]);
    desk = await desks.signedIn(app);
  });
  afterAll(async () => {
    await desks?.close();
    await app?.close();
  });

  test('a record is made, what was refused is said at its field', async () => {
    const page = await desk.open('/records/contacts');
    await page.getByRole('button', { name: 'New record' }).click();
    await page.getByRole('textbox', { name: 'First Name' }).fill('Nora');
    await page.getByRole('textbox', { name: 'Email' }).fill('no address');
    await page.getByRole('button', { name: 'Create the record' }).click();
    await page.getByText(/must be an e-mail address/).waitFor();
    await page.getByRole('textbox', { name: 'Email' }).fill('nora@records.example');
    await page.getByRole('button', { name: 'Create the record' }).click();
    await page.waitForURL(/\/records\/contacts\/\d+$/);
    await page.getByRole('heading', { name: 'Nora' }).waitFor();
    expect(await desk.barriers()).toEqual([]);
  });

  test('a filter stands in the address, and Back takes it away', async () => {
    await contact('Ada', 'Bodø');
    const page = await desk.open('/records/contacts');
    await page.getByRole('button', { name: 'Add a filter' }).click();
    await page.getByRole('dialog').locator('input').first().fill('City');
    await page.getByRole('option', { name: /^City/ }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Value', exact: true }).fill('Bodø');
    await page.getByRole('button', { name: 'Apply the filter' }).click();
    await page.getByText('1 record', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('filters')).toBe('city:CONTAINS_TOKEN:Bodø');
    await page.goBack();
    await page.getByText(/^[2-9]\d* records$/).waitFor();
  });

  test('a value that a colleague has changed meanwhile is not overwritten unseen', async () => {
    const id = await contact('Bo', 'Oslo');
    const page = await desk.open(`/records/contacts/${id}`);
    await page.getByRole('button', { name: 'Change City' }).click();
    await page.getByRole('textbox', { name: 'City' }).fill('Bergen');
    await app.api('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { city: 'Tromsø' } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody has changed this meanwhile').waitFor();
    await page.getByText('Tromsø', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Save mine' }).click();
    await page.getByText('Bergen', { exact: true }).waitFor();
  });

  test('the timeline tells what happened; a record is seen as of then and taken back by a plan', async () => {
    const id = await contact('Eva', 'Moss');
    await app.api('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { city: 'Voss' } });
    const page = await desk.open(`/records/contacts/${id}?tab=timeline`);
    await page.getByText('Voss', { exact: true }).waitFor();
    expect(await desk.barriers()).toEqual([]);
    await page.getByRole('button', { name: 'One change earlier' }).click();
    await page.getByRole('tab', { name: 'Values' }).click();
    await page.getByRole('button', { name: 'Plan to restore 1 value' }).waitFor();
    expect(await desk.barriers()).toEqual([]);
    await page.goto(`/records/contacts/${id}?tab=timeline`);
    await page.getByRole('button', { name: 'Undo this change' }).first().click();
    await page.waitForURL(/\/restores\/plans\/\d+/);
  });

  test('records that match go into the bin in the number that was shown, and all come back', async () => {
    await Promise.all(['Ia', 'Ib', 'Ic'].map((name) => contact(name, 'Narvik')));
    const page = await desk.open('/records/contacts?filters=city:EQ:Narvik');
    await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    await page.getByRole('button', { name: 'Move 3 records to the bin' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Move 3 records to the bin' }).click();
    await dialog.getByText('3 records are in the bin').waitFor();

    await desk.open('/recycle-bin');
    await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    await page.getByRole('button', { name: 'Bring 3 records back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bring 3 records back' }).click();
    await page.getByText('3 records came back').waitFor();
    await page.getByText('Nothing in the bin: Contacts').waitFor();
    expect(await desk.barriers()).toEqual([]);
  });

  test('of a record that cannot come back, it is said why and which one stands in its way', async () => {
    const first = await contact('Liv', 'Hamar');
    await app.api('DELETE', `/crm/v3/objects/contacts/${first}`);
    const second = await contact('Liv', 'Hamar');
    const page = await desk.open('/recycle-bin');
    await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    await page.getByRole('button', { name: 'Bring 1 record back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bring 1 record back' }).click();
    await page.getByText('1 record could not come back').waitFor();
    await page.getByRole('link', { name: second }).waitFor();
  });

  test('two instants are compared, and what differs is planned to come back', async () => {
    const id = await contact('Pia', 'Alta');
    const { headers } = await app.api('PATCH', `/crm/v3/objects/contacts/${id}`, {
      properties: { city: 'Vadsø' },
    });
    const before = String(BigInt(headers.get('X-Strata-Position')!) - 1n);
    const page = await desk.open(`/compare?from=${before}`);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.waitForURL(/\/compare\/\d+$/);
    await page.getByText('Vadsø', { exact: true }).waitFor();
    expect(await desk.barriers()).toEqual([]);
    await page
      .getByRole('checkbox', { name: /Select this row/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Plan a restore of this record' }).click();
    await page.waitForURL(/\/restores\/plans\/\d+/);
    expect(desk.errors).toEqual([]);
  });
});
