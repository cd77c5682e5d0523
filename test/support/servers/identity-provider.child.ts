// A process with a provider of OpenID Connect from npm, an ES module that Jest does not load. Whoever asks to sign in is
// the person that it was told of last.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Person, Told } from './identity-provider';

interface Grant {
  addOIDCScope(scope: string): void;
  save(): Promise<string>;
}
interface OidcProvider {
  readonly Grant: new (of: { clientId: string; accountId: string }) => Grant;
  callback(): RequestListener;
  interactionFinished(request: IncomingMessage, response: ServerResponse, done: object): Promise<void>;
}
interface Context {
  readonly oidc: {
    readonly provider: OidcProvider;
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
  };
}
type Module = { readonly default: new (issuer: string, settings: object) => OidcProvider };

const [redirectUri, clientId, clientSecret] = process.argv.slice(2) as [string, string, string];
const scope = 'openid email profile groups';
const people = new Map<string, Person>();
let person: Person | undefined;
let provider: OidcProvider;
let answering: RequestListener = () => undefined;

/** A key of its own, in place of all before. */
const newKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  ...{ kid: randomUUID(), use: 'sig', alg: 'RS256' },
});

async function begin(issuer: string): Promise<void> {
  // Under a name that the compiler does not follow: it has no types.
  const name = 'oidc-provider';
  const { default: Provider } = (await import(name)) as Module;
  provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] },
        ...{ grant_types: ['authorization_code'], response_types: ['code'] },
      },
    ],
    jwks: { keys: [newKey()] },
    cookies: { keys: [randomUUID()] },
    scopes: scope.split(' '),
    claims: {
      ...{ openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
      profile: ['given_name', 'family_name'],
    },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => people.get(id) }),
    loadExistingGrant: async ({ oidc }: Context) => {
      const of = { clientId: oidc.client.clientId, accountId: oidc.session.accountId };
      const grant = new oidc.provider.Grant(of);
      grant.addOIDCScope(scope);
      await grant.save();
      return grant;
    },
    interactions: { url: () => '/sign-in' },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    ttl: { IdToken: 60 },
  });
  answering = provider.callback();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!request.url!.startsWith('/sign-in')) return void answering(request, response);
  const done = person
    ? { login: { accountId: person.sub, remember: false } }
    : { error: 'access_denied', error_description: 'Nobody is at the door' };
  await provider.interactionFinished(request, response, done);
}

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = Date.now.bind(Date);
  process.on('message', (told: Told) => {
    const heard = async () => {
      if (told.person !== undefined) person = told.person ?? undefined;
      if (person) people.set(person.sub, person);
      if (told.aheadMs !== undefined) Date.now = () => clock() + told.aheadMs!;
      if (told.newKey) await begin(issuer);
      process.send!('heard');
    };
    void heard();
  });
  void begin(issuer).then(() => process.send!(issuer));
});
