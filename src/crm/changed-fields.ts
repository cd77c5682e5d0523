// What a change of a definition changes, both sides of it, as its event says.
import { isDeepStrictEqual } from 'node:util';

/** The given fields whose value `asked` changes, as they were and as they become; undefined where none changes. */
export function changedFields<T extends object, K extends keyof T>(
  old: T,
  asked: { readonly [P in K]?: T[P] | undefined },
  fields: readonly K[],
): { readonly from: Partial<Pick<T, K>>; readonly to: Partial<Pick<T, K>> } | undefined {
  const names = fields.filter(
    (name) => asked[name] !== undefined && !isDeepStrictEqual(asked[name], old[name]),
  );
  if (names.length === 0) return undefined;
  const pick = (of: object) =>
    Object.fromEntries(names.map((name) => [name, (of as Record<PropertyKey, unknown>)[name]])) as Partial<
      Pick<T, K>
    >;
  return { from: pick(old), to: pick(asked) };
}
