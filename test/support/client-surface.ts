// The methods of HubSpot's official client, in each of its versions, found by reflection, and which of them a spec has
// called.
import { Client } from '@hubspot/api-client';
import { Client as Client14 } from '@hubspot/api-client-14';
import type { App } from './servers/app';

export type Crm = Client['crm'];

/**
 * The parts of the client's CRM whose methods each spec must call, all of them; `outOfScope` has the remaining parts.
 */
const covered: Readonly<Record<string, readonly string[]>> = {
  records: [
    'contacts',
    'companies',
    'deals',
    'tickets',
    'products',
    'objects.basicApi',
    'objects.batchApi',
    'objects.searchApi',
    'objects.calls',
    'objects.tasks',
    'objects.notes',
    'objects.emails',
    'objects.meetings',
    'objects.leads',
    'lineItems',
    'quotes',
  ],
  definitions: ['properties', 'schemas', 'pipelines', 'owners'],
  associations: ['associations'],
  transfers: ['imports', 'exports'],
};

const NOT_A_TYPE = 'not a type of record that Strata has (an account can define it as a custom object)';
/** The parts of the client's CRM that Strata does not serve, and why. */
export const outOfScope: Readonly<Record<string, string>> = {
  commerce: NOT_A_TYPE,
  'objects.communications': NOT_A_TYPE,
  'objects.dealSplits': NOT_A_TYPE,
  'objects.feedbackSubmissions': NOT_A_TYPE,
  'objects.goals': NOT_A_TYPE,
  'objects.postalMail': NOT_A_TYPE,
  'objects.taxes': NOT_A_TYPE,
  extensions: 'cards, calling and video of HubSpot’s pages',
  lists: 'lists of records are not part of Strata',
  timeline: 'events of apps on HubSpot’s pages',
  'associations.v4.reportApi': 'mails a report on a limit that Strata does not have',
};

/** By version. What a version has that another one lacks, `undecided` tells. */
const clients = { 13: Client, 14: Client14 as unknown as typeof Client };
export type Version = keyof typeof clients;
export const versions: readonly Version[] = [13, 14];

export function client(app: App, version: Version, accessToken = app.admin.token): Client {
  return new clients[version]({ accessToken, basePath: app.url, limiterOptions: { minTime: 0 } });
}

/** The client's CRM with every call noted in `used`. */
export function watched(crm: Crm): { readonly crm: Crm; readonly used: Set<string> } {
  const used = new Set<string>();
  return { crm: watch(crm, '', used), used };
}

/** Methods of a spec's part of the client that `used` lacks. */
export const unused = (crm: Crm, part: string, used: ReadonlySet<string>): string[] =>
  methodsOf(crm).filter((method) => covered[part]!.some((one) => isWithin(method, one)) && !used.has(method));

/** Methods in neither `covered` nor `outOfScope`. */
export const undecided = (crm: Crm): string[] => {
  const known = [...Object.values(covered).flat(), ...Object.keys(outOfScope)];
  return methodsOf(crm).filter((method) => !known.some((one) => isWithin(method, one)));
};

const isWithin = (method: string, part: string) => method.startsWith(`${part}.`);

const namesOf = (value: object): string[] => {
  const names = new Set<string>();
  for (let at = value; at !== Object.prototype; at = Object.getPrototypeOf(at) as object)
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].filter((name) => !name.startsWith('_'));
};

const isPart = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && /^Promise|Discovery$/.test(value.constructor.name);

/** A name with `WithHttpInfo` is left out: it is the same call, answering status and headers beside the body. */
const isMethod = (name: string, value: unknown): boolean =>
  typeof value === 'function' && name !== 'constructor' && !name.endsWith('WithHttpInfo');

export function methodsOf(part: object, path = ''): string[] {
  return namesOf(part).flatMap((name) => {
    const value = (part as Record<string, unknown>)[name];
    if (isMethod(name, value)) return [path + name];
    return isPart(value) ? methodsOf(value, `${path}${name}.`) : [];
  });
}

function watch<T extends object>(part: T, path: string, used: Set<string>): T {
  return new Proxy(part, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      const name = path + String(key);
      if (isPart(value)) return watch(value, `${name}.`, used);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        used.add(name);
        return (value as (...given: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
