// Speaks to the provider of single sign-on: the authorization code flow of OpenID Connect with PKCE.
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { custom, errors, Issuer, type Client, type IssuerMetadata } from 'openid-client';
import { Config, publicUrl } from '../../config';
import { Refusal } from '../../refusals';
import { Faults } from '../../supervision/faults';
import type { Claims } from './claims-mapping';
import type { SsoState } from './sso-states';

/** Milliseconds for which what the provider says of itself is taken as it was. */
const KNOWN_MS = 10 * 60_000;
/** Seconds by which the provider's clock may be off. */
const CLOCK_SKEW_S = 60;
/** Seconds since the person signed in, where they were to do so anew. */
const ANEW_S = 300;
const TIMEOUT_MS = 5_000;

export interface SignedIn extends Claims {
  readonly sub: string;
}

@Injectable()
export class Provider {
  private discovered: { readonly metadata: IssuerMetadata; readonly at: number } | undefined;

  constructor(
    private readonly config: Config,
    private readonly faults: Faults,
  ) {}

  get isSetUp(): boolean {
    return this.config.OIDC_ISSUER !== undefined;
  }

  requireSetUp(): void {
    if (!this.isSetUp) throw new Refusal('sso-not-set-up');
  }

  /** Where the person signs in. Rejects with `sso-unavailable`. */
  async addressFor({ token, verifier, nonce, anew }: SsoState): Promise<string> {
    const client = await this.client();
    return client.authorizationUrl({
      scope: ['openid email profile', this.config.OIDC_CLAIMS?.scope ?? []].flat().join(' '),
      ...{ redirect_uri: this.redirectUri, response_type: 'code', state: token, nonce },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...(anew && { prompt: 'login', max_age: ANEW_S }),
    });
  }

  /**
   * Whom the provider has signed in, by what it sent with the callback. Rejects with `sso-refused` where it has signed
   * in nobody, or what it says is not to be trusted, and with `sso-unavailable`.
   */
  async signedIn(
    { token, verifier, nonce, anew }: SsoState,
    sent: Record<string, string>,
  ): Promise<SignedIn> {
    const client = await this.client();
    const checks = {
      ...{ response_type: 'code', state: token, nonce, code_verifier: verifier },
      ...(anew && { max_age: ANEW_S }),
    };
    return this.asked(async () => {
      const tokens = await client.callback(this.redirectUri, sent, checks);
      // Many providers put the e-mail address and groups only there.
      const told = client.issuer.userinfo_endpoint ? await client.userinfo(tokens) : {};
      return { ...told, ...tokens.claims() };
    });
  }

  /** A client that fetches the provider's keys anew: those may have changed since the sign-in before. */
  private async client(): Promise<Client> {
    this.requireSetUp();
    const now = Date.now();
    if (!this.discovered || this.discovered.at + KNOWN_MS < now)
      this.discovered = await this.asked(async () => ({ metadata: await this.discover(), at: now }));
    const { metadata } = this.discovered;
    const methods = listed(metadata.token_endpoint_auth_methods_supported);
    const algorithms = listed(metadata.id_token_signing_alg_values_supported);
    const issuer = new Issuer(metadata);
    issuer[custom.http_options] = withTimeout;
    const client = new issuer.Client({
      client_id: this.config.OIDC_CLIENT_ID!,
      client_secret: this.config.OIDC_CLIENT_SECRET!,
      ...{ redirect_uris: [this.redirectUri], response_types: ['code'] },
      token_endpoint_auth_method: has(methods, 'client_secret_basic')
        ? 'client_secret_basic'
        : 'client_secret_post',
      id_token_signed_response_alg: has(algorithms, 'RS256')
        ? 'RS256'
        : (algorithms.find((one) => /^([PE]S|Ed)/.test(one)) ?? 'RS256'),
    });
    client[custom.clock_tolerance] = CLOCK_SKEW_S;
    client[custom.http_options] = withTimeout;
    return client;
  }

  private async discover(): Promise<IssuerMetadata> {
    const issuer = this.config.OIDC_ISSUER!;
    const { metadata } = await Issuer.discover(issuer);
    // Whoever answers in the provider's place must not name another.
    if (trimmed(metadata.issuer) !== trimmed(issuer)) throw new Error(`The provider calls itself otherwise`);
    return metadata;
  }

  private get redirectUri(): string {
    return `${publicUrl(this.config)}/auth/v1/sso/callback`;
  }

  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return this.answers(await ask());
    } catch (error) {
      if (isWordOfProvider(error)) throw this.answers(new Refusal('sso-refused'));
      this.faults.report('sso', error);
      throw new Refusal('sso-unavailable');
    }
  }

  /** The provider has said something, be it no. */
  private answers<T>(said: T): T {
    this.faults.clear('sso');
    return said;
  }
}

const withTimeout = () => ({ timeout: TIMEOUT_MS });
const trimmed = (url: string): string => url.replace(/\/$/, '');
const listed = (given: unknown): readonly string[] => (Array.isArray(given) ? (given as string[]) : []);
const has = (list: readonly string[], one: string): boolean => list.length === 0 || list.includes(one);

/** Whether the provider has answered, and its answer is a refusal or one that is not to be trusted. */
function isWordOfProvider(error: unknown): boolean {
  if (error instanceof errors.RPError) return !error.message.startsWith('outgoing request timed out');
  return error instanceof errors.OPError && (error.response?.statusCode ?? 400) < 500 && !isMissing(error);
}

const isMissing = ({ response }: errors.OPError): boolean => response?.statusCode === 404;
