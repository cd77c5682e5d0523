// What is told of a question to the audit log: never what may be about a customer. Pure.

/** Parameters of a query, as they were given, and the view that they stand beside. */
export interface Question {
  readonly view: string | null;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Parameters that name things in the log's own words, by ids and by times; what others are given may be about anybody. */
const OPEN: ReadonlySet<string> = new Set([
  ...['category', 'subCategory', 'action', 'userId', 'teamId', 'from', 'to', 'source', 'includeNonUser'],
  ...['targetType', 'targetId'],
]);
/** Parameters that make no other question. */
const PAGING: ReadonlySet<string> = new Set(['limit', 'after', 'sort', 'include']);

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** `whole` is the whole question, for a digest alone. */
export function toldOf({ view, parameters }: Question) {
  const asked = Object.entries(parameters)
    .filter(([name]) => !PAGING.has(name))
    .sort(byName);
  const told = {
    view,
    parameters: Object.fromEntries(asked.filter(([name]) => OPEN.has(name))),
    others: asked.map(([name]) => name).filter((name) => !OPEN.has(name)),
  };
  return { told, whole: JSON.stringify([view, asked]) };
}
