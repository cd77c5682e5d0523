// Asks every operation of Strata's OpenAPI document as every kind of caller, and shows the answers as a table.
import type { SessionGrant } from '../../src/identity/grants';
import { covers, knownScopes } from '../../src/identity/api-keys/scopes';
import { requireAsDescribed } from './answers/answer-check';
import { ApiDocument, type Operation } from './api-document';
import { adminEmail, adminPassword, type AnyJson, type App } from './servers/app';

export const askers = [
  'no token',
  'wrong token',
  'key without the scope',
  'key with it',
  'session',
  'session proved long ago',
] as const;
type Asker = (typeof askers)[number];

export interface Visit {
  readonly operation: Operation;
  readonly asker: string;
  readonly status: number;
  /** The status, and for a refusal its sub-category or category. */
  readonly said: string;
  readonly correlationId: string;
}

/**
 * Path parameters: object types that exist. Other parameters get ids that nobody has, which does not change who is let
 * in.
 */
const places: Readonly<Record<string, string>> = {
  ...{ objectType: 'contacts', fromObjectType: 'contacts', toObjectType: 'companies' },
};
const NOBODYS = '1';
/** A token that differs from a valid one in the last character of its secret. */
const changed = (token: string): string => token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
/** A body that every schema refuses, once its sender has been let in. */
const STRANGE_BODY = { 'a field that nobody knows': true };

export class RouteWalk {
  private readonly keys = new Map<string, string>();
  private readonly sessions = new Map<Asker, string>();

  private constructor(
    private readonly app: App,
    readonly operations: readonly Operation[],
  ) {}

  static async of(app: App): Promise<RouteWalk> {
    return new RouteWalk(app, (await ApiDocument.of(app)).operations);
  }

  async visits(): Promise<Visit[]> {
    const visits: Visit[] = [];
    for (const operation of this.operations)
      for (const asker of askers) visits.push(...(await this.visit(operation, asker)));
    return visits;
  }

  /**
   * One visit, or several where a caller can be of its kind in several ways, for example by lacking either of two
   * scopes.
   */
  private async visit(operation: Operation, asker: Asker): Promise<Visit[]> {
    const visits: Visit[] = [];
    for (const token of await this.tokens(operation, asker))
      visits.push(await this.ask(operation, asker, token));
    // This caller has no session any more.
    if (endsSessions(operation)) this.sessions.clear();
    return visits;
  }

  private async tokens(operation: Operation, asker: Asker): Promise<readonly string[]> {
    const asked = scopesOf(operation);
    switch (asker) {
      case 'no token':
        return [''];
      case 'wrong token':
        return [changed(await this.session('session')), changed(await this.key(['settings']))];
      case 'key without the scope':
        if (asked.length === 0) return [await this.key(['settings'])];
        return Promise.all(asked.map((anyOf) => this.key(allBut(anyOf))));
      case 'key with it':
        if (asked.length === 0) return [await this.key([...knownScopes])];
        return Promise.all(waysToHave(asked).map((scopes) => this.key(scopes)));
      case 'session':
      case 'session proved long ago':
        return [await this.session(asker)];
    }
  }

  /** Every operation asked by callers of one's own, by their names: `tokenOf` gives a token that counts. */
  async visitsOf(names: readonly string[], tokenOf: (name: string) => Promise<string>): Promise<Visit[]> {
    const visits: Visit[] = [];
    for (const operation of this.operations)
      for (const name of names) visits.push(await this.ask(operation, name, await tokenOf(name)));
    return visits;
  }

  private async ask(operation: Operation, asker: string, token: string): Promise<Visit> {
    const { method, requestBody } = operation;
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => places[name] ?? NOBODYS);
    const isForm = requestBody?.content['multipart/form-data'] !== undefined;
    const body = requestBody && (isForm ? new FormData() : STRANGE_BODY);
    const authorization = token && `Bearer ${token}`;
    const response = await this.app.send(method, path, body, { authorization });
    const { status, headers } = response;
    const isRefusal = status >= 400;
    // Some answers have no end.
    if (!isRefusal) await response.body?.cancel();
    const answer = isRefusal ? ((await response.json()) as Partial<AnyJson>) : undefined;
    // Whoever asks, what refuses them is among what the operation is said to be refused with.
    if (answer) requireAsDescribed({ method, url: path }, status, answer);
    const kind = answer?.subCategory ?? answer?.category;
    return {
      ...{ operation, asker, status, said: status < 400 ? String(status) : `${status} ${kind}` },
      correlationId: headers.get('x-correlation-id')!,
    };
  }

  private async key(scopes: readonly string[]): Promise<string> {
    const known = this.keys.get(scopes.join());
    if (known !== undefined) return known;
    const { token } = await this.app.ok<{ token: string }>(
      ...(['POST', '/auth/v1/api-keys', { name: 'route walk', scopes }] as const),
      { authorization: `Bearer ${await this.session('session')}` },
    );
    this.keys.set(scopes.join(), token);
    return token;
  }

  private async session(asker: Asker): Promise<string> {
    const known = this.sessions.get(asker);
    if (known !== undefined) return known;
    const credentials = { email: adminEmail, password: adminPassword };
    const { accessToken: token } = await this.app.ok<{ accessToken: string }>(
      ...(['POST', '/auth/v1/login', credentials] as const),
    );
    if (asker === 'session proved long ago') await this.age(token);
    this.sessions.set(asker, token);
    return token;
  }

  private async age(token: string): Promise<void> {
    const { vault } = this.app.engine;
    const id = token.split('-')[2]!;
    const grant = (await vault.get<SessionGrant>('session', id))!;
    const steppedUpAt = new Date(Date.now() - 11 * 60_000).toISOString();
    await vault.put<SessionGrant>('session', id, { ...grant, steppedUpAt });
  }
}

const endsSessions = ({ method, path }: Operation): boolean =>
  path === '/auth/v1/logout' || (method === 'DELETE' && path === '/auth/v1/sessions');

/** The scopes that an operation asks of a key: of each list, one scope is enough. Some come with others. */
function scopesOf({ 'x-access': rule }: Operation): readonly (readonly string[])[] {
  if (rule === 'public') return [];
  const fill = (scope: string) => scope.replace(/:(\w+)/, (_, name: string) => places[name]!);
  return [rule.scope ?? []]
    .flat()
    .map((scope) => scope.split('|').map(fill))
    .filter((anyOf) => anyOf.some((scope) => knownScopes.has(scope)));
}

const allBut = (scopes: readonly string[]): string[] =>
  [...knownScopes].filter((held) => !scopes.some((scope) => covers(new Set([held]), scope)));

/** The least scopes that are enough, in every way that they can be chosen. */
const waysToHave = (asked: readonly (readonly string[])[]): string[][] =>
  asked.reduce<string[][]>(
    (ways, anyOf) => ways.flatMap((way) => anyOf.map((scope) => [...way, scope])),
    [[]],
  );

const ruleOf = ({ 'x-access': rule }: Operation): string => {
  if (rule === 'public') return 'public';
  const { scope, superAdmin, session, stepUp, feature, employees } = rule;
  const words = [
    ...[scope ?? []].flat().map((one) => one.replaceAll('|', ' or ')),
    ...(superAdmin ? ['super admin'] : []),
    ...(session ? ['session'] : []),
    ...(stepUp ? ['step-up'] : []),
    ...(employees ? ['also employees'] : []),
    ...(feature ? [feature] : []),
  ];
  return words.join(', ') || 'any token';
};

/** The table of all visits, one row for each operation, padded as the formatter pads it. */
export function walkTable(visits: readonly Visit[], names: readonly string[] = askers): string {
  const rows = [...new Set(visits.map(({ operation }) => operation))].map((operation) => [
    `\`${operation.method} ${operation.path}\``,
    ruleOf(operation),
    ...names.map((asker) => {
      const own = visits.filter((visit) => visit.operation === operation && visit.asker === asker);
      return [...new Set(own.map(({ said }) => said))].join(' / ');
    }),
  ]);
  const table = [['operation', 'asks for', ...names], ...rows];
  const widths = table[0]!.map((_, at) => Math.max(...table.map((cells) => cells[at]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(table[0]!), rule, ...table.slice(1).map(line)].join('\n');
}
