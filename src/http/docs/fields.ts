// Describes the fields of answers of which their types say nothing, by openapi/fields.json.

interface Described {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Record<string, Described>;
}

/**
 * Gives a schema's fields, and the fields within them, their descriptions. A key of `texts` is the name of a field, or
 * names up to it, such as `Keep.daily`: the longest that fits counts.
 */
export function describeFields(
  schema: unknown,
  path: readonly string[],
  texts: Readonly<Record<string, string>>,
): void {
  if (typeof schema !== 'object' || schema === null) return;
  const { properties, ...others } = schema as Described;
  for (const [name, field] of Object.entries(properties ?? {})) {
    const at = [...path, name];
    describeFields(field, at, texts);
    const text = textOf(at, texts);
    if (field.description !== undefined || text === undefined) continue;
    properties![name] = field.$ref
      ? ({ allOf: [field], description: text } as Described)
      : { ...field, description: text };
  }
  for (const other of Object.values(others)) describeFields(other, path, texts);
}

function textOf(path: readonly string[], texts: Readonly<Record<string, string>>): string | undefined {
  const key = path.map((_, n) => path.slice(n).join('.')).find((one) => Object.hasOwn(texts, one));
  return key === undefined ? undefined : texts[key];
}
