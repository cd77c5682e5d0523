// A provider of OpenID Connect in a process of its own (identity-provider.child.ts), and a browser that signs in there.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Person {
  readonly sub: string;
  readonly email: string;
  readonly email_verified?: boolean;
  readonly given_name?: string;
  readonly family_name?: string;
  readonly groups?: readonly string[];
}

export interface Told {
  /** Who signs in from now on; null: nobody. */
  readonly person?: Person | null;
  /** By how much the provider's clock is ahead. */
  readonly aheadMs?: number;
  /** Signs with another key from now on. */
  readonly newKey?: boolean;
}

const clientId = 'strata';
const clientSecret = 'a secret between two servers';

export class IdentityProvider {
  private constructor(
    readonly issuer: string,
    private readonly redirectUri: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(redirectUri: string): Promise<IdentityProvider> {
    const child = fork(join(__dirname, 'identity-provider.child.js'), [redirectUri, clientId, clientSecret], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const [issuer] = (await once(child, 'message')) as [string];
    return new IdentityProvider(issuer, redirectUri, child);
  }

  get settings() {
    return {
      ...{ OIDC_ISSUER: this.issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret },
    };
  }

  async tell(told: Told): Promise<void> {
    this.child.send(told);
    await once(this.child, 'message');
  }

  /** Goes to an address as a new browser does, until the provider sends it back: with what, as a query. */
  async signIn(address: string): Promise<string> {
    const cookies = new Map<string, string>();
    for (let at = address, hops = 0; hops < 10; hops++) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
        cookies.set(name!, value!);
      }
      const location = response.headers.get('location');
      if (location === null) throw new Error(`${at}: ${response.status} ${await response.text()}`);
      at = new URL(location, at).href;
      if (at.startsWith(this.redirectUri)) return new URL(at).search;
    }
    throw new Error('The provider sends the browser round and round');
  }

  async stop(): Promise<void> {
    this.child.kill();
    await once(this.child, 'exit');
  }
}
