// Signing in by the console: what is wrong is told, and nobody is led to another origin.
import { adminEmail, adminPassword, startApp, type App } from '../support/servers/app';
import { Desks, inBrowser, type Desk } from '../support/browser/desk';

inBrowser('signing in', () => {
  let app: App;
  let desks: Desks;
  let desk: Desk;

  beforeAll(async () => {
    app = await startApp();
    desks = await Desks.open();
  }, 120_000);
  beforeEach(async () => {
    desk = await desks.desk(app);
  });
  afterEach(() => desk.close());
  afterAll(async () => {
    await desks.close();
    await app.close();
  });

  const signIn = async (password: string) => {
    const { page } = desk;
    await page.getByLabel('E-mail address').fill(adminEmail);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };

  it('leads to the page that was asked for', async () => {
    const page = await desk.open('/users?tab=roles');
    await signIn(adminPassword);
    await page.getByRole('heading', { level: 1, name: 'Users and teams' }).waitFor();
    expect(page.url()).toBe(`${app.url}/users?tab=roles`);
    expect(desk.errors).toEqual([]);
  }, 60_000);

  it('leads to no other origin', async () => {
    const page = await desk.open('/sign-in?to=%2F%2Fevil.example%2F');
    await signIn(adminPassword);
    await page.getByRole('heading', { level: 1, name: 'Sign in to Strata' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).origin).toBe(new URL(app.url).origin);
  }, 60_000);

  it('says that the address or the password is wrong, and can be read by everybody', async () => {
    const page = await desk.open('/sign-in');
    await signIn('a wrong horse entirely');
    await page.getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await desk.barriers()).toEqual([]);
  }, 60_000);

  it('says that single sign-on is not set up', async () => {
    const page = await desk.open('/sign-in');
    await page.getByRole('button', { name: /single sign-on/ }).click();
    await page.getByText('Single sign-on is not set up here.').waitFor();
  }, 60_000);

  it('takes the token of a link out of the address, and says that the link is dead', async () => {
    const page = await desk.open('/invitation#token=nonsense');
    await page.getByText(/The invitation has expired/).waitFor();
    expect(page.url()).toBe(`${app.url}/invitation`);
  }, 60_000);
});
