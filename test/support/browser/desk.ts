// A browser before a server, for specs of the console: a page for whoever signs in, which takes note of every error that
// the page met. Uses the Chromium of the machine (`CHROMIUM` names another one); without any, specs say that they were left out.
import { source as axe } from 'axe-core';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Browser as Chromium,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { adminEmail, adminPassword, type App } from '../servers/app';

const KNOWN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env.CHROMIUM ?? [], KNOWN].flat().find((path) => existsSync(path));
const BUILT = join(__dirname, '../../../console/index.html');

/** A browser and a console to open: `npm run build` makes the console. */
const missing =
  executablePath === undefined
    ? 'no Chromium was found (install Debian’s `chromium`, or name one in CHROMIUM)'
    : existsSync(BUILT)
      ? undefined
      : 'the console is not built (`npm run build`)';

/** As `describe`; where no browser is there, it says so and leaves the suite out. */
export function inBrowser(name: string, tests: () => void): void {
  if (missing === undefined) return describe(name, tests);
  process.stderr.write(`${name}: left out, since ${missing}\n`);
  describe.skip(name, tests);
}

/** Milliseconds after which something that should be on a page is taken for missing; machines are busy. */
const PATIENCE_MS = 30_000;
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--no-first-run'],
];

export class Desks {
  private constructor(private readonly browser: Chromium) {}

  static async open(): Promise<Desks> {
    return new Desks(await chromium.launch({ executablePath: executablePath!, args: FLAGS }));
  }

  /** A browser profile of its own, at nobody's page yet. */
  async desk(app: App, options: BrowserContextOptions = {}): Promise<Desk> {
    const context = await this.browser.newContext({
      ...{
        baseURL: app.url,
        locale: 'en-GB',
        timezoneId: 'Europe/Oslo',
        viewport: { width: 1280, height: 860 },
      },
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    return new Desk(app, context, await context.newPage());
  }

  /** A desk at which somebody has signed in; the first super admin, where nobody else is named. */
  async signedIn(app: App, who: Who = admin(app), options: BrowserContextOptions = {}): Promise<Desk> {
    const desk = await this.desk(app, options);
    await desk.signIn(who);
    return desk;
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

export interface Who {
  readonly email: string;
  readonly password: string;
  readonly totp?: string | undefined;
}

const admin = (app: App): Who => ({
  ...{ email: app.settings.BOOTSTRAP_ADMIN_EMAIL ?? adminEmail, password: adminPassword },
  ...(app.codes && { totp: app.totp() }),
});

export class Desk {
  /** What went wrong in the page by itself: errors of scripts, what the policy of the page forbade. */
  readonly errors: string[] = [];

  constructor(
    private readonly app: App,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
    page.on('console', (message) => {
      const text = message.text();
      // The browser tells of every refusal; what a page makes of it is what counts.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) this.errors.push(text);
    });
  }

  /** Signs in as the page does, without its form: the form has a spec of its own. */
  async signIn({ email, password, totp }: Who): Promise<void> {
    const data = { email, password, cookie: true, ...(totp !== undefined && { totp }) };
    const headers = { origin: this.app.url };
    const answer = await this.context.request.post('/auth/v1/login', { data, headers });
    if (!answer.ok())
      throw new Error(`Signing in was answered with ${answer.status()}: ${await answer.text()}`);
  }

  /** Opens a page and waits until its title stands there. */
  async open(path: string): Promise<Page> {
    await this.page.goto(path);
    await this.page.getByRole('heading', { level: 1 }).first().waitFor();
    return this.page;
  }

  /** What axe finds seriously wrong with the page as it stands; by these rules alone where some are named. */
  async barriers(...rules: readonly string[]): Promise<string[]> {
    await this.page.evaluate(axe);
    const asked = rules.length > 0 ? { runOnly: [...rules] } : {};
    return this.page.evaluate(async (options) => {
      const { axe } = globalThis as unknown as {
        axe: { run(how: object): Promise<{ violations: Violation[] }> };
      };
      const { violations } = await axe.run(options);
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, help, nodes }) =>
            `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`,
        );
      interface Violation {
        readonly id: string;
        readonly impact: string;
        readonly help: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
      }
    }, asked);
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
