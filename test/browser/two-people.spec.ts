// Two browsers at once: what one person needs another for, and what is told while they look. And what comes between a person
// and their work: a session that has ended, a server that is out of reach.
import { type Desk, Desks, inBrowser } from '../support/browser/desk';
import { type App, ownLog, startApp } from '../support/servers/app';
import { password, personIn, some } from '../support/servers/people';

inBrowser('two people at the console', () => {
  let app: App;
  let desks: Desks;
  let own: Desk;
  let others: Desk;
  beforeAll(async () => {
    [app, desks] = await Promise.all([startApp(ownLog), Desks.open()]);
    const email = `${some()}@example.com`;
    await personIn(app, { email, roleId: 'super-admin' });
    [own, others] = [await desks.signedIn(app), await desks.signedIn(app, { email, password })];
  });
  afterAll(async () => {
    await desks.close();
    await app.close();
  });

  test('a large plan waits for the other, who is told of it at once and approves it with a reason', async () => {
    await app.ok('PUT', '/settings/v1/account', { approvalThreshold: 0 });
    const { id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { city: 'Oslo' } });
    const from = new Date().toISOString();
    await app.ok('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { city: 'Bergen' } });
    const before = await others.open('/notifications');
    const objects = [{ objectType: 'contacts', properties: ['city'] }];
    const plan = await app.ok('POST', '/restores/v1/plans', { source: { asOf: from }, objects });
    const mine = await own.open(`/restores/plans/${plan.id}`);
    await mine.getByText('Nobody approves a plan of their own.').waitFor();
    // Nothing is loaded anew: it comes by itself.
    await before
      .getByText(/approv/i)
      .first()
      .waitFor();

    const theirs = await others.open(`/restores/plans/${plan.id}`);
    await theirs.getByRole('textbox', { name: 'Reason' }).fill('It was a mistake');
    await theirs.getByRole('button', { name: 'Approve', exact: true }).click();
    await theirs.getByText('It has been approved.').waitFor();
    await mine.reload();
    await mine.getByText('It was a mistake').waitFor();
    expect([...own.errors, ...others.errors]).toEqual([]);
  });

  test('a session that ends meanwhile is begun again in place, and what was typed goes on', async () => {
    const page = await others.open('/users?tab=teams');
    await page.getByRole('button', { name: 'Make a team…' }).first().click();
    const name = `Team ${some()}`;
    await page.getByRole('textbox', { name: 'Team' }).fill(name);
    const me = (await (await others.context.request.get('/auth/v1/me')).json()) as { user: { id: string } };
    await app.ok('DELETE', `/settings/v3/users/${me.user.id}/sessions`);
    await page.getByRole('button', { name: 'Make the team' }).click();
    const again = page.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByLabel('Password', { exact: true }).fill(password);
    await again.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('row', { name }).waitFor();
    expect(others.errors).toEqual([]);
  });

  test('a server that is out of reach is told of, and so is that it is back', async () => {
    const page = await own.open('/users?tab=teams');
    await own.context.setOffline(true);
    await page.getByRole('tab', { name: 'Roles' }).click();
    await page.getByText('The server cannot be reached').waitFor();
    await own.context.setOffline(false);
    await page.getByText('The server is back.').waitFor();
  });
});
