// Every page of the console, in the light and in the dark and on a phone: it shows its title, meets no error, shuts nobody
// out, and nothing of it stands outside the screen.
import type { Page } from 'playwright-core';
import { Desks, type Desk, inBrowser } from '../support/browser/desk';
import { type App, startApp } from '../support/servers/app';

/** Addresses of pages, by the ids of what they show. */
const pagesOf = ({ contact, backup, plan, entry, alert }: Made): readonly string[] => [
  ...[
    '/',
    '/jobs',
    '/records/contacts',
    `/records/contacts/${contact}`,
    '/recycle-bin',
    '/imports',
    '/imports/new',
  ],
  ...[
    '/exports',
    '/exports?tab=audit',
    '/backups',
    `/backups/${backup}`,
    '/loads',
    '/restores',
    '/restores?tab=plans',
  ],
  ...['/restores/new', `/restores/plans/${plan}`, '/compare', '/audit', `/audit?entry=${entry}`, '/analysis'],
  ...[
    '/alerts',
    `/alerts/${alert}`,
    '/integrity',
    '/integrity?tab=completeness',
    '/integrity?tab=checkpoints',
  ],
  ...['/integrity?tab=keys', '/integrity?tab=health', '/notifications', '/users', '/users?tab=teams'],
  ...['/users?tab=roles', '/api-keys', '/account', '/account?tab=sso', '/account?tab=employees'],
  ...['/account?tab=retention', '/account?tab=webhooks', '/account?tab=streams', '/profile'],
  ...['/profile?tab=second-factor', '/profile?tab=sessions', '/profile?tab=preferences'],
];
const PAGES_BEFORE_SIGNING_IN = ['/sign-in', '/set-up', '/invitation', '/reset-password'];
/** Milliseconds until colours and widths have changed, and how often to look: what is half-way is no fault. */
const SETTLED_MS = 150;
const LOOKS = 20;
const PHONE = { width: 390, height: 800 };
const SCREEN = { width: 1280, height: 860 };

interface Made {
  readonly contact: string;
  readonly backup: string;
  readonly plan: string;
  readonly entry: string;
  readonly alert: string;
}

/** Text that would run as a script, or turn the page around, where it is taken for anything but text. */
const NASTY = '<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script> שלום 👩🏽‍🚀';

async function make(app: App): Promise<Made> {
  const properties = {
    email: 'ada@example.com',
    firstname: NASTY,
    lastname: 'x'.repeat(2_000),
    city: 'London',
  };
  const { id: contact } = await app.ok('POST', '/crm/v3/objects/contacts', { properties });
  const { id: backup } = await app.ok('POST', '/backups/v1/backups', {});
  await app.ok('PATCH', `/crm/v3/objects/contacts/${contact}`, { properties: { city: 'Nowhere' } });
  const objects = [{ objectType: 'contacts', properties: '*' }];
  const { id: plan } = await app.ok('POST', '/restores/v1/plans', { source: { backupId: backup }, objects });
  const { results } = await app.ok('GET', '/audit/v1/entries?limit=1');
  return { contact, backup, plan, entry: results[0]!.id, alert: 'exports' };
}

/** What makes the page wider than the screen; undefined where nothing does. A text, since the types of a page are not known here. */
const WIDEST = `(() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return undefined;
  const isOutside = (one) => one.getBoundingClientRect().right > clientWidth + 1;
  const outside = [...document.body.querySelectorAll('*')].filter(isOutside);
  const innermost = outside.filter((one) => !outside.some((other) => one !== other && one.contains(other)));
  const told = innermost.slice(0, 3).map((one) => one.outerHTML.slice(0, 160));
  return scrollWidth + ' wide: ' + told.join(' | ');
})()`;

/** What is still found when the page has come to rest. */
async function settled(page: Page, look: () => Promise<string[]>): Promise<string[]> {
  let found: string[] = [];
  for (let looks = 0; looks < LOOKS; looks++) {
    await page.waitForTimeout(SETTLED_MS);
    found = await look();
    if (found.length === 0) break;
  }
  return found;
}

inBrowser('pages of the console', () => {
  let app: App;
  let desks: Desks;
  let desk: Desk;
  let made: Made;
  beforeAll(async () => {
    [app, desks] = await Promise.all([startApp(), Desks.open()]);
    made = await make(app);
    desk = await desks.signedIn(app);
  });
  afterAll(async () => {
    await desks.close();
    await app.close();
  });

  async function found(at: Desk, path: string): Promise<string[]> {
    const page = await at.open(path);
    await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
    const told: string[] = [];
    const look = async (colorScheme: 'light' | 'dark', ...rules: readonly string[]) => {
      await page.emulateMedia({ colorScheme });
      const barriers = await settled(page, () => at.barriers(...rules));
      told.push(...barriers.map((barrier) => `${path} in the ${colorScheme}: ${barrier}`));
    };
    await look('light');
    // All but its colours is the same in the dark.
    await look('dark', 'color-contrast');
    await page.setViewportSize(PHONE);
    // An open row lies over its list, which is as wide as it was.
    const outside = path.includes('?entry=')
      ? []
      : await settled(page, async () =>
          [await page.evaluate<string | undefined>(WIDEST)].flatMap((one) => one ?? []),
        );
    told.push(...outside.map((one) => `${path} on a phone: ${one}`));
    await page.setViewportSize(SCREEN);
    const ran = await page.evaluate(() => (globalThis as { ran?: number }).ran);
    if (ran !== undefined) told.push(`${path} ran a script that was a value`);
    return [...told, ...at.errors.splice(0).map((error) => `${path}: ${error}`)];
  }

  test('each page can be read by everybody, and meets no error', async () => {
    const told: string[] = [];
    for (const path of pagesOf(made)) told.push(...(await found(desk, path)));
    expect(told).toEqual([]);
  });

  test('so can the pages before signing in', async () => {
    const stranger = await desks.desk(app);
    const told: string[] = [];
    for (const path of PAGES_BEFORE_SIGNING_IN) told.push(...(await found(stranger, path)));
    expect(told).toEqual([]);
    await stranger.close();
  });

  test('whoever has not signed in is asked to, and sent to where they were going', async () => {
    const stranger = await desks.desk(app);
    await stranger.page.goto('/backups');
    await stranger.page.waitForURL(/\/sign-in/);
    expect(new URL(stranger.page.url()).searchParams.get('to')).toBe('/backups');
    await stranger.close();
  });

  test('the first page is there with no more than 300 kB of scripts', async () => {
    const stranger = await desks.signedIn(app);
    const sizes: number[] = [];
    stranger.page.on('response', (answer) => {
      if (/\.js$/.test(answer.url())) sizes.push(Number(answer.headers()['content-length']));
    });
    await stranger.open('/');
    await stranger.page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
    await stranger.close();
  });

  test('an address that leads nowhere says so', async () => {
    await desk.page.goto('/backups/nothing/here');
    await desk.page.getByText('There is no such page').waitFor();
    expect(desk.errors.splice(0)).toEqual([]);
  });
});
