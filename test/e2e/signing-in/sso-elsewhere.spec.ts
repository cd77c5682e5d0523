// A sign-in that begins in one process comes back to another, and counts once in both.
import { IdentityProvider } from '../../support/servers/identity-provider';
import { ADMIN } from '../../split/deployment';
import { InOneProcess } from '../../split/in-one-process';

const site = 'https://strata.example.com';

interface Answer {
  readonly accessToken?: string;
  readonly loginType?: string;
  readonly stepUpUntil?: string;
  readonly subCategory?: string;
}

test('a sign-in is begun here and finished there', async () => {
  const provider = await IdentityProvider.start(`${site}/auth/v1/sso/callback`);
  const settings = { PUBLIC_URL: site, ...provider.settings };
  const deployment = await InOneProcess.start(['api', 'api', 'projector'], settings);
  try {
    const [here, there] = deployment.members.map(({ url }) => url!) as [string, string];
    await provider.tell({ person: { sub: 'ada', email: ADMIN.email, email_verified: true }, aheadMs: 0 });
    const begin = async (url: string, query = '', token = '') => {
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      const begun = await fetch(`${url}/auth/v1/sso/login${query}`, { redirect: 'manual', headers });
      const cookie = begun.headers.getSetCookie().map((one) => one.split(';')[0]);
      const address = begun.headers.get('location')!;
      return { came: await provider.signIn(address), address, cookie: cookie.join('; ') };
    };
    const finish = async (
      url: string,
      { came, cookie }: { readonly came: string; readonly cookie: string },
    ) => {
      const response = await fetch(`${url}/auth/v1/sso/callback${came}`, { headers: { cookie } });
      return { status: response.status, body: (await response.json()) as Answer };
    };
    const begun = await begin(here);
    const { status, body } = await finish(there, begun);
    expect([status, body.loginType]).toEqual([200, 'SSO']);
    const token = body.accessToken!;
    for (const url of [here, there]) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(`${url}/auth/v1/sessions`, { headers })).status).toBe(200);
      expect(await finish(url, begun)).toMatchObject({ status: 401 });
    }
    // Of two processes that are asked at once, one lets in.
    const raced = await begin(there);
    const again = { ...raced, came: await provider.signIn(raced.address) };
    const answers = await Promise.all([finish(here, raced), finish(there, again)]);
    expect(answers.map((one) => one.status).sort()).toEqual([200, 401]);
    const stepped = await finish(here, await begin(there, '?stepUp=true', token));
    expect(Date.parse(stepped.body.stepUpUntil!)).toBeGreaterThan(Date.now());
  } finally {
    await deployment.remove();
    await provider.stop();
  }
});
