// Makes of a query the filter over entries that it means.
import { addressRange } from '../../origin/address-range.vocabulary';
import type { FindType } from '../../crm/schemas/object-type.vocabulary';
import type { Filter, Operators } from '../../read/document-store';
import { facetTerm, propertyTerm, wordsIn } from './entry-terms.vocabulary';
import { categories, findSubCategory } from '../taxonomy';
import { nearest } from '../../supervision/nearest';
import { QueryError } from './query-error';
import { fieldNamed, fieldOf, knownValue, subCategories, type FieldName } from './query-fields';
import type { Node, Value } from './query-syntax';
import { boundsOf, durationOf, lastSpan, spanOf } from './query-times';

/** What a query may name that only the account knows. What does not exist did nothing. */
export interface Meanings {
  readonly find: FindType;
  readonly now: number;
  readonly timeZone: string;
  /** Entries of any actor asked for, each by id or e-mail address. */
  actors(asked: readonly string[]): Promise<Filter>;
  /** Entries of any person asked for, by id, e-mail address or the words of the name. */
  people(asked: readonly string[]): Promise<Filter>;
  /** Entries of who is in any of the teams now; a team by name or id. */
  teams(asked: readonly string[]): Promise<Filter>;
  keys(asked: readonly string[]): Promise<Filter>;
  imports(asked: readonly string[]): Promise<Filter>;
  /** Entries of whoever has the word in their name or e-mail address; undefined where nobody has. */
  actorsNamed(word: string): Promise<Filter | undefined>;
  /** The term of a whole value. */
  valueTerm(value: string): string;
}

export async function filterOfQuery(node: Node, meanings: Meanings): Promise<Filter> {
  switch (node.kind) {
    case 'all':
      return allOf(await eachOf(node.of, meanings));
    case 'any':
      return anyOf(await eachOf(node.of, meanings));
    case 'not':
      return negated(await filterOfQuery(node.of, meanings));
    case 'time':
      return { occurredAt: boundsOf(spanOf(node.value.text)!, meanings.now, meanings.timeZone) };
    case 'text':
      return freeText(node.value.text, meanings);
    case 'field':
      return fieldFilter(fieldNamed(node.field), node.values, meanings);
  }
}

const eachOf = (nodes: readonly Node[], meanings: Meanings): Promise<Filter[]> =>
  Promise.all(nodes.map((one) => filterOfQuery(one, meanings)));

/** Each word stands in the entry, or in the name or address of who acted. */
async function freeText(text: string, meanings: Meanings): Promise<Filter> {
  const filters = wordsIn(text).map(async (word): Promise<Filter> => {
    const here: Filter = { terms: { $all: [word] } };
    const acted = await meanings.actorsNamed(word);
    return acted ? { $or: [here, acted] } : here;
  });
  return allOf(await Promise.all(filters));
}

async function fieldFilter(field: FieldName, values: readonly Value[], meanings: Meanings): Promise<Filter> {
  const { known } = fieldOf(field);
  const texts = values.map((value) => (known ? knownValue(known, value)! : value.text.trim()));
  const { find, now, timeZone } = meanings;
  const spans = (spanIn: (text: string) => Operators) =>
    anyOf(texts.map((text) => ({ occurredAt: spanIn(text) })));
  switch (field) {
    case 'category':
      return { category: among(texts) };
    case 'subcategory':
      return { subCategory: among(values.flatMap((value) => subCategoriesOf(value, find))) };
    case 'action':
      return { action: among(texts) };
    case 'user':
      return meanings.people(texts);
    case 'actor':
      return meanings.actors(texts);
    case 'by':
      return { 'actor.type': among(texts) };
    case 'team':
      return meanings.teams(texts);
    case 'key':
      return meanings.keys(texts);
    case 'import':
      return meanings.imports(texts);
    case 'target':
      return anyOf(texts.map((text) => targetFilter(text, find)));
    case 'type':
      return { 'target.type': among(texts.flatMap((text) => typesCalled(text, find))) };
    case 'property':
      return anyOf(texts.map((text) => ({ terms: { $all: [propertyTerm(text)] } })));
    case 'value':
      return anyOf(texts.map((text) => ({ terms: { $all: [meanings.valueTerm(text)] } })));
    case 'source':
      return facet('source.type', texts);
    case 'ip':
      return ipFilter(texts);
    case 'country':
      return facet(
        'client.country',
        texts.map((text) => text.toUpperCase()),
      );
    case 'login':
      return { 'client.loginType': among(texts) };
    case 'last':
      return spans((text) => boundsOf(lastSpan(durationOf(text)!), now, timeZone));
    case 'from':
      return spans((text) => {
        const { $gte = 0 } = boundsOf(spanOf(text)!, now, timeZone);
        return { $gte };
      });
    case 'to':
      return spans((text) => {
        const { $lt = now } = boundsOf(spanOf(text)!, now, timeZone);
        return { $lt };
      });
    case 'on':
      return spans((text) => boundsOf(spanOf(text)!, now, timeZone));
  }
}

/** Sub-categories of any category, by their names or those of object types. */
function subCategoriesOf(value: Value, find: FindType): string[] {
  const { text } = value;
  const upper = text.toUpperCase().replaceAll('-', '_');
  const found = new Set(
    categories
      .flatMap((category) => [findSubCategory(category, upper, find), findSubCategory(category, text, find)])
      .filter((one) => one !== undefined),
  );
  if (found.size > 0) return [...found];
  throw new QueryError('there is no such sub-category', value, nearest(text, subCategories));
}

/** Types are written in lower case, but those that other modules report may not be. */
const typesCalled = (text: string, find: FindType): string[] => {
  const name = find(text)?.name;
  return name === undefined ? [...new Set([text, text.toLowerCase()])] : [name];
};

/** A word alone may be an id, or the type whose targets are all meant; a number is no type. */
function targetFilter(text: string, find: FindType): Filter {
  const [, type, id] = /^([^/]*)\/(.*)$/s.exec(text) ?? [];
  if (type === undefined) {
    const called = { 'target.id': text };
    return /^\d+$/.test(text) ? called : anyOf([called, { 'target.type': among(typesCalled(text, find)) }]);
  }
  const isAny = id === '' || id === '*';
  return { 'target.type': among(typesCalled(type, find)), ...(!isAny && { 'target.id': id! }) };
}

/** Of single addresses a list, which an index holds; of networks ranges. */
export function ipFilter(texts: readonly string[]): Filter {
  const ranges = texts.map((text) => addressRange(text)!);
  const single = ranges.filter(({ first, last }) => first === last).map(({ first }) => first);
  return anyOf([
    ...(single.length > 0 ? [facet('address', single)] : []),
    ...ranges
      .filter(({ first, last }) => first !== last)
      .map(({ first, last }) => ({ address: { $gte: first, $lte: last } })),
  ]);
}

export const among = (values: readonly string[]) => (values.length === 1 ? values[0]! : { $in: values });

/**
 * One value is told twice: by its path, which a walk tests, and by its term, which finds it where it is rare. Each alone
 * would find the same.
 */
export const facet = (path: string, values: readonly string[]): Filter => ({
  [path]: among(values),
  ...(values.length === 1 && { terms: { $all: [facetTerm(path, values[0]!)] } }),
});

const NOTHING: Filter = { id: { $in: [] } };

export const anyOf = (filters: readonly Filter[]): Filter =>
  filters.length === 0 ? NOTHING : filters.length === 1 ? filters[0]! : { $or: filters };

/** One filter of several, flat where that can be: an index is chosen by what stands at the top of a filter. */
export function allOf(filters: readonly Filter[]): Filter {
  const flat: Record<string, Filter[string]> = {};
  const others: Filter[] = [];
  for (const filter of filters)
    for (const [path, term] of Object.entries(filter))
      if (term === undefined) continue;
      else if (path === '$and') others.push(...(term as readonly Filter[]));
      else if (path === '$or' || path in flat) others.push({ [path]: term });
      else flat[path] = term;
  const [only] = others;
  if (others.length === 1 && only && Object.keys(flat).length === 0) return only;
  return others.length === 0 ? flat : { ...flat, $and: others };
}

/** The filter that finds exactly what another one does not. */
export function negated(filter: Filter): Filter {
  const parts = Object.entries(filter).flatMap(([path, term]): Filter[] => {
    if (term === undefined) return [];
    if (path === '$and') return [anyOf((term as readonly Filter[]).map(negated))];
    if (path === '$or') return [allOf((term as readonly Filter[]).map(negated))];
    return [{ [path]: negatedTerm(term as Operators | string | boolean) }];
  });
  return anyOf(parts);
}

function negatedTerm(term: Operators | string | boolean): Operators {
  if (typeof term !== 'object') return { $ne: term };
  const names = Object.keys(term);
  if (names.length === 1 && term.$in) return { $nin: term.$in };
  return { $not: term };
}
