// Tests in JavaScript whether a document matches a filter: for what SQL cannot judge, and for whoever has documents at hand.
import type { Doc, Filter, Operators, Scalar } from '../document-store';
import { patternOf } from './text-patterns';
import { textTest } from './text-test';
import { bracket, compare, valueAt } from './values';

type Test = (value: unknown) => boolean;

/** Compiles a filter to a test of one document. */
export const matcher = (filter: Filter): ((doc: Doc) => boolean) =>
  matcherOf<Doc>(filter, (path) => (doc) => valueAt(doc, path));

/** Compiles a filter to a test of anything that has values at paths: `at` says how the value at a path is read. */
export function matcherOf<T>(
  filter: Filter,
  at: (path: string) => (from: T) => unknown,
): (from: T) => boolean {
  const tests = Object.entries(filter).map(([key, term]): ((from: T) => boolean) => {
    if (term === undefined) return () => true;
    if (key === '$and' || key === '$or') {
      const inner = (term as readonly Filter[]).map((one) => matcherOf(one, at));
      return key === '$and'
        ? (from) => inner.every((test) => test(from))
        : (from) => inner.some((test) => test(from));
    }
    const test = isOperators(term) ? all(term) : operator('$eq', term, {});
    const value = at(key);
    return (from) => test(value(from));
  });
  return (from) => tests.every((test) => test(from));
}

/** A term that holds operators; anything else is compared as it is. */
export const isOperators = (term: unknown): term is Operators =>
  typeof term === 'object' && term !== null && !Array.isArray(term);

const all = (operators: Operators): Test => {
  const tests = Object.entries(operators)
    .filter(([name, operand]) => name !== '$options' && operand !== undefined)
    .map(([name, operand]) => operator(name, operand, operators));
  return (value) => tests.every((test) => test(value));
};

const same = (value: unknown, other: unknown): boolean =>
  bracket(value) === bracket(other) && compare(value, other) === 0;

/** Texts are looked up, not compared one by one: the owners of a large team are thousands. */
function among(values: readonly Scalar[]): Test {
  const texts = new Set<unknown>(values.filter((value) => typeof value === 'string'));
  const others = values.filter((value) => typeof value !== 'string');
  return (value) => (typeof value === 'string' ? texts.has(value) : others.some((one) => same(value, one)));
}

function operator(name: string, operand: unknown, { $options }: Operators): Test {
  const ordered = (judge: (order: number) => boolean): Test => {
    return (value) => bracket(value) === bracket(operand) && judge(compare(value, operand));
  };
  switch (name) {
    case '$eq':
      return (value) => same(value, operand);
    case '$ne':
      return (value) => !same(value, operand);
    case '$in':
      return among(operand as readonly Scalar[]);
    case '$nin': {
      const test = among(operand as readonly Scalar[]);
      return (value) => !test(value);
    }
    case '$gt':
      return ordered((order) => order > 0);
    case '$gte':
      return ordered((order) => order >= 0);
    case '$lt':
      return ordered((order) => order < 0);
    case '$lte':
      return ordered((order) => order <= 0);
    case '$exists':
      return (value) => (value !== undefined) === operand;
    case '$all': {
      const texts = operand as readonly string[];
      return (value) =>
        texts.length > 0 && Array.isArray(value) && texts.every((text) => value.includes(text));
    }
    case '$regex': {
      const pattern = patternOf(operand as string);
      const regex = pattern ? undefined : new RegExp(operand as string, $options);
      const test = pattern ? textTest(pattern, $options === 'i') : (text: string) => regex!.test(text);
      return (value) => typeof value === 'string' && test(value);
    }
    case '$not': {
      const test = all(operand as Operators);
      return (value) => !test(value);
    }
    default:
      throw new Error(`Not an operator of this filter language: ${name}`);
  }
}
