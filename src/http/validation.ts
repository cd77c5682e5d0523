// Validates bodies and queries by their schemas: the refusal names each wrong field, never its value.
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { isZodDto } from 'nestjs-zod/dto';
import { z } from 'zod';
import { breathe } from '../eventsourcing/breath';
import { othersFirst } from '../supervision/pause';
import { tellingKnown, unknownField } from '../supervision/unknown-fields';
import { yesNo } from '../supervision/yes-no';
import { Refusal, type RefusalDetail } from '../refusals';

const MOST_ERRORS = 100;

/**
 * Schema of a text that people write, such as a label. Lone surrogates are refused: no store keeps them as they are.
 */
export const text = ({ least = 0, most }: { readonly least?: number; readonly most: number }) =>
  z
    .string()
    .min(least)
    .max(most)
    .refine((given) => !/\p{Surrogate}/u.test(given), 'is not well-formed Unicode');

/**
 * Schema of values under names that the client chooses. Counts before it validates: a body may hold tens of thousands.
 */
export const named = <V extends z.ZodType>(value: V, { most, message }: { most: number; message: string }) =>
  z.preprocess(
    (given, context) => {
      if (!hasMore(given, most)) return given;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    },
    z.record(z.string(), value).meta({ maxProperties: most }),
  );

function hasMore(given: unknown, most: number): boolean {
  let count = 0;
  if (typeof given === 'object' && given !== null) for (const _ in given) if (++count > most) return true;
  return false;
}

/**
 * Schema of a list whose elements take long to validate: each is validated in a turn of its own, and none where there
 * are too many. The OpenAPI document shows the schema of the elements. `instead` gives what stands for an element that
 * is not valid; where it gives nothing, the list is not valid either.
 */
export const listInTurns = <E extends z.ZodType, I = never>(
  element: E,
  {
    least,
    most,
    message,
    instead,
  }: {
    least?: number;
    most: number;
    message?: string;
    instead?: (given: unknown, error: z.ZodError) => I | undefined;
  },
) => {
  const { $schema: _, ...described } = z.toJSONSchema(element, { io: 'input' });
  const inTurn = z.preprocess(
    async (given, context): Promise<unknown> => {
      await breathe();
      // Synchronously, which zod does several times as fast.
      const { data, error } = element.safeParse(given, tellingKnown);
      const other = error && instead?.(given, error);
      if (other !== undefined) return other;
      for (const issue of error?.issues ?? [])
        context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
      return data;
    },
    (z.any() as z.ZodType<z.output<E> | I>).meta(described),
  );
  const list = z.array(inTurn).max(most);
  const tooMany = { code: 'too_big', origin: 'array', maximum: most, inclusive: true } as const;
  return z.preprocess(
    (given, context) => {
      if (!Array.isArray(given) || given.length <= most) return given;
      context.issues.push({ ...tooMany, input: given, ...(message !== undefined && { message }) });
      return z.NEVER;
    },
    least === undefined ? list : list.min(least),
  );
};

/** Schema of a yes or no in a query. */
export const flag = (usual = false) =>
  yesNo.default(usual ? 'true' : 'false').transform((given) => given === 'true');

type FieldError = NonNullable<RefusalDetail['errors']>[number];

export function invalid(error: z.ZodError): Refusal {
  const errors: FieldError[] = [];
  for (const issue of error.issues) {
    errors.push(...fieldErrors(issue, [], MOST_ERRORS - errors.length));
    if (errors.length === MOST_ERRORS) break;
  }
  const fields = [...new Set(errors.map((one) => one.in ?? ''))].filter((field) => field !== '');
  const message = fields.length > 0 ? `Not valid: ${fields.slice(0, 20).join(', ')}` : errors[0]?.message;
  return new Refusal('input-invalid', { ...(message && { message }), errors });
}

/** At most `most` errors: an object may have tens of thousands of fields that are not known. */
function fieldErrors(issue: z.core.$ZodIssue, base: readonly PropertyKey[], most: number): FieldError[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .slice(0, most)
      .map((key) => fieldError([...path, key], unknownField(key, issue.message), issue.code));
  if (issue.code === 'invalid_union') {
    const closest = closestOf(issue);
    if (closest) return closest.flatMap((one) => fieldErrors(one, path, most)).slice(0, most);
  }
  return [fieldError(path, issue.message, issue.code, issue.code === 'custom' ? issue.params : undefined)];
}

/**
 * The issues of that shape of a union to which a value comes closest: they say best what is wrong. Undefined where the
 * value is like none of the shapes, and the union itself says what it should have been.
 */
function closestOf(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  const shapes = issue.errors.filter((one) => one.length > 0);
  const alike = shapes.filter((one) => !one.some(isAnotherKind));
  if (alike.length === 0 && issue.message !== UNSAID) return undefined;
  const among = alike.length > 0 ? alike : shapes;
  return among.toSorted((a, b) => a.length - b.length)[0];
}

/** What zod says of a union that has no message of its own. */
const UNSAID = 'Invalid input';

const isAnotherKind = ({ path, code }: z.core.$ZodIssue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

/** `told`: what a schema says beside the problem, such as the place in a text. */
function fieldError(
  path: readonly PropertyKey[],
  message: string,
  code: string,
  told: Readonly<Record<string, unknown>> = {},
): FieldError {
  const field = path.map(String).join('.');
  return {
    message: field ? `${field}: ${message}` : message,
    code: code.toUpperCase(),
    ...(field && { in: field, context: { propertyName: [field], ...contextOf(told) } }),
  };
}

const contextOf = (told: Readonly<Record<string, unknown>>): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, [String(value)]]] : [],
    ),
  );

/** Milliseconds of a validation after which other requests have their turn before the route does. */
const LONG_MS = 5;

export class ValidationPipe implements PipeTransform {
  async transform(given: unknown, { metatype }: ArgumentMetadata): Promise<unknown> {
    if (!isZodDto(metatype)) return given;
    const since = performance.now();
    const { data, error } = await (metatype.schema as z.ZodType).safeParseAsync(given, tellingKnown);
    if (error) throw invalid(error);
    if (performance.now() - since > LONG_MS) await othersFirst();
    return data;
  }
}
