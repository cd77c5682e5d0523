// How commands print what a server has answered: a value, a change, a count, a table of pages.
import type { ServerClient } from './server-client';

export interface Page<T> {
  readonly results: readonly T[];
  readonly paging?: { readonly next?: { readonly after: string } };
}

/** As JSON, so that it is seen where it begins and ends and nothing in it steers the terminal; nothing where it is empty. */
export const printed = (value: unknown): string =>
  value === null || value === undefined
    ? 'nothing'
    : JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

type Changes = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** Such as `city: "Nowhere" → "London"`. */
export const printedChanges = (changes: Changes): string =>
  Object.entries(changes)
    .map(([name, { from, to }]) => `${name}: ${printed(from)} → ${printed(to)}`)
    .join(', ');

/** Such as `1 record` and `2 records`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Figures by name that are not 0, such as `3 changed, 1 refused`. */
export const figures = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'nothing';

/** Names that are given between commas; undefined where none are. */
export const listOf = (given: string | boolean | undefined): string[] | undefined =>
  typeof given === 'string'
    ? given
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
    : undefined;

/** What is found at a path, at most so many. `more`: there are others. */
export async function first<T>(
  server: ServerClient,
  path: string,
  most: number,
): Promise<{ readonly found: readonly T[]; readonly more: boolean }> {
  const found: T[] = [];
  for (let after: string | undefined; ;) {
    const query = new URLSearchParams({
      limit: String(Math.min(200, most - found.length)),
      ...(after && { after }),
    });
    const page = await server.get<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}${query.toString()}`);
    found.push(...page.results);
    after = page.paging?.next?.after;
    if (after === undefined || found.length >= most) return { found, more: after !== undefined };
  }
}
