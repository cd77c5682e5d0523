// Chooses the index of a query: one that holds all paths of the filter, in the order of the sort. SQLite has no
// statistics here and would look up a row for each index entry of a frequent value.
import type { Filter, Operators, Scalar } from '../../document-store';
import type { SortKey } from '../../filters/cursor';
import { valuesOf, type Term } from '../../filters/filter-terms';
import { isOperators } from '../../filters/matcher';

export interface LaidIndex {
  readonly name: string;
  /** In index order, `id` among them. */
  readonly paths: readonly string[];
}

export interface Plan {
  readonly index?: string;
  /** The first paths of the index, which the filter holds to certain values. */
  readonly prefix: readonly string[];
  /** The filter, taken apart by the values of `$in` so that each part is one walk of the index in order. */
  readonly parts: readonly Filter[];
}

/** A part for each member of a team whose records somebody may see, most often. */
const MOST_PARTS = 50;
/** Values of a list of which each is looked at. */
const MOST_LISTED = 10_000;
/** SQLite joins at most 500 selects. */
const MOST_RANGES = 200;
const ASCII = /^[\x20-\x7e]*$/;

/** `keys` undefined: the order does not matter. */
export function planned(filter: Filter, indexes: readonly LaidIndex[], keys?: readonly SortKey[]): Plan {
  const asked = pathsOf(filter);
  const equal = equalities(filter);
  let best: { name: string; prefix: readonly string[] } | undefined;
  if (asked && (!keys || keys.every(({ down }) => down === keys[0]!.down)))
    for (const { name, paths } of indexes) {
      if (!asked.every((path) => paths.includes(path))) continue;
      for (let length = prefixOf(paths, equal); length >= (best ? best.prefix.length + 1 : 0); length--)
        if (!keys || keys.every(({ path }, i) => paths[length + i] === path)) {
          best = { name, prefix: paths.slice(0, length) };
          break;
        }
    }
  if (!best) return { prefix: [], parts: idRangesOf(filter) ?? [filter] };
  return { index: best.name, prefix: best.prefix, parts: partsOf(filter, best.prefix, equal) };
}

/**
 * The parts of a filter that asks for several ranges of ids and nothing else, each a walk of its own: SQLite would look
 * at all documents. Undefined for any other filter, and where ranges overlap.
 */
function idRangesOf(filter: Filter): readonly Filter[] | undefined {
  const { $or: parts, ...rest } = filter;
  if (!parts || parts.length === 0 || parts.length > MOST_RANGES || Object.keys(rest).length > 0)
    return undefined;
  const ranges = parts.map(({ id, ...others }) =>
    isOperators(id) && Object.keys(others).length === 0 ? rangeOf(id) : undefined,
  );
  if (!ranges.every((range) => range !== undefined)) return undefined;
  const inOrder = [...ranges].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.every(([, to], i) => i + 1 === inOrder.length || to <= inOrder[i + 1]![0])
    ? parts
    : undefined;
}

function rangeOf({ $gt, $gte, $lt, ...others }: Operators): readonly [string, string] | undefined {
  const from = $gte ?? $gt;
  if (typeof from !== 'string' || typeof $lt !== 'string' || ($gte !== undefined && $gt !== undefined))
    return undefined;
  // Ids of other letters have another order in the store than here.
  return Object.keys(others).length === 0 && ASCII.test(from + $lt) ? [from, $lt] : undefined;
}

/**
 * The index that holds all paths of filter and sort, and the first of its paths that the filter holds to certain values,
 * however many: it has another order than the sort.
 */
export function holding(
  filter: Filter,
  indexes: readonly LaidIndex[],
  keys: readonly SortKey[],
): Pick<Plan, 'index' | 'prefix'> | undefined {
  const asked = pathsOf(filter);
  const equal = equalities(filter);
  const wanted = [...(asked ?? []), ...keys.map(({ path }) => path)];
  let best: { index: string; prefix: readonly string[] } | undefined;
  for (const { name, paths } of asked ? indexes : []) {
    if (!wanted.every((path) => paths.includes(path))) continue;
    const free = paths.findIndex((path) => !equal.has(path));
    const prefix = free < 0 ? paths : paths.slice(0, free);
    if (!best || prefix.length > best.prefix.length) best = { index: name, prefix };
  }
  return best;
}

/** How many leading paths of an index are held to certain values, few enough to make MOST_PARTS parts at most. */
function prefixOf(paths: readonly string[], equal: ReadonlyMap<string, readonly Scalar[]>): number {
  let parts = 1;
  let length = 0;
  for (const path of paths) {
    parts *= equal.get(path)?.length ?? Infinity;
    if (parts > MOST_PARTS) break;
    length++;
  }
  return length;
}

function partsOf(
  filter: Filter,
  prefix: readonly string[],
  equal: ReadonlyMap<string, readonly Scalar[]>,
): readonly Filter[] {
  return prefix.reduce<readonly Filter[]>(
    (parts, path) => parts.flatMap((part) => equal.get(path)!.map((value) => held(part, path, value))),
    [filter],
  );
}

/** The filter held to one value at a path: in the place of a list that has it, beside any other condition there. */
function held(filter: Filter, path: string, value: Scalar): Filter {
  const term = filter[path] as Term | undefined;
  const replaced = term === undefined || valuesOf(term)?.includes(value);
  return replaced ? { ...filter, [path]: value } : { $and: [filter, { [path]: value }] };
}

/** Paths that a filter holds to certain values, and these values: of several such terms, the outermost. */
function equalities(filter: Filter): ReadonlyMap<string, readonly Scalar[]> {
  const equal = new Map<string, readonly Scalar[]>();
  for (const part of filter.$and ?? [])
    for (const [path, values] of equalities(part)) if (!equal.has(path)) equal.set(path, values);
  for (const [path, term] of Object.entries(filter)) {
    if (path.startsWith('$') || term === undefined || Array.isArray(term)) continue;
    if (!isOperators(term)) equal.set(path, [term as Scalar]);
    else if (Object.keys(term).length > 1) continue;
    else if (term.$eq !== undefined) equal.set(path, [term.$eq]);
    else if (term.$in && term.$in.length > 0)
      // A long list makes no parts: it need not be looked through, which takes long where it is asked for by the caller.
      equal.set(path, term.$in.length > MOST_LISTED ? term.$in : [...new Set(term.$in)]);
  }
  return equal;
}

/**
 * The paths of a filter that an index must hold; undefined where an index cannot answer it (whether a path exists). What
 * lists have is told by ids, or by the document.
 */
function pathsOf(filter: Filter): string[] | undefined {
  const paths: string[] = [];
  for (const [key, term] of Object.entries(filter)) {
    if (term === undefined) continue;
    if (isOperators(term) && (term.$all ?? term.$not?.$all)) continue;
    const inner = key === '$and' || key === '$or' ? (term as readonly Filter[]).map(pathsOf) : [[key]];
    for (const some of inner)
      if (!some) return undefined;
      else paths.push(...some);
    if (isOperators(term) && JSON.stringify(term).includes('"$exists"')) return undefined;
  }
  return paths;
}
