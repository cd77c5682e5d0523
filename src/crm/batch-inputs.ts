// The inputs of a batch while they are checked: which of them are refused, and why. Where nothing is written unless all
// can be, one refusal names every one of them.
import { Refusal, refusals, type RefusalDetail } from '../refusals';
import { mapConcurrently } from './map-concurrently';

type Reasons = NonNullable<RefusalDetail['errors']>;

/** A refused input: its place in the body, such as `inputs[3]`. */
export interface RefusedInput {
  readonly place: string;
  readonly refusal: Refusal;
}

/** Reasons that a refusal of many inputs tells; each input has at least one. */
const MOST_REASONS = 500;
/** Places that a message lists. */
const MOST_PLACES = 20;

export class BatchInputs {
  private readonly refused = new Map<number, Refusal>();

  /**
   * Works on every input that is not refused yet, and answers the results by index; undefined where the input is
   * refused. A refusal is kept and the others go on, unless it is about what the caller may do at all.
   */
  each<T, R>(
    inputs: readonly T[],
    work: (input: T, index: number) => Promise<R>,
  ): Promise<(R | undefined)[]> {
    return mapConcurrently(inputs, async (input, index) => {
      if (this.refused.has(index)) return undefined;
      try {
        return await work(input, index);
      } catch (error) {
        if (!(error instanceof Refusal) || refusals[error.code].status === 403) throw error;
        this.refuse(index, error);
        return undefined;
      }
    });
  }

  refuse(index: number, refusal: Refusal): void {
    if (!this.refused.has(index)) this.refused.set(index, refusal);
  }

  refusalOf(index: number): Refusal | undefined {
    return this.refused.get(index);
  }

  /** Throws where an input is refused. `of` is the number of inputs. */
  demandAll(of: number): void {
    const all = [...this.refused].sort(([one], [other]) => one - other);
    const placed = all.map(([index, refusal]) => ({ place: `inputs[${index}]`, refusal }));
    if (placed.length > 0) throw refusedTogether(placed, of);
  }
}

/** What a refusal says of an input, each reason with its place. */
export function reasonsOf(
  { place, refusal: { message, detail } }: RefusedInput,
  most = MOST_REASONS,
): Reasons {
  const all: Reasons = detail.errors?.length ? detail.errors : [{ message }];
  return all.slice(0, most).map((reason, index) => {
    const more = index === most - 1 ? all.length - most : 0;
    const context = { ...detail.context, ...reason.context };
    const told = reason.message.startsWith(place) ? reason.message : `${place}: ${reason.message}`;
    return {
      ...reason,
      message: more > 0 ? `${told} (and ${more} more)` : told,
      in: placeWithin(place, reason.in),
      ...(Object.keys(context).length > 0 && { context }),
    };
  });
}

const placeWithin = (place: string, field: string | undefined): string =>
  field === undefined ? place : field.startsWith(place) ? field : `${place}.${field}`;

/** One refusal of several inputs: that of all of them where they are alike, with every one's place and reasons. */
export function refusedTogether(refused: readonly RefusedInput[], of: number, rest = ''): Refusal {
  const [first] = refused as readonly [RefusedInput, ...RefusedInput[]];
  const { code, detail, message } = first.refusal;
  const most = Math.max(1, Math.floor(MOST_REASONS / refused.length));
  const errors = refused.flatMap((one) => reasonsOf(one, most));
  if (refused.length === 1) {
    const told = message.startsWith(first.place) ? message : `${first.place}: ${message}`;
    return new Refusal(code, { ...detail, message: told + rest, errors });
  }
  const places = refused.slice(0, MOST_PLACES).map(({ place }) => place);
  const listed = `${places.join(', ')}${refused.length > MOST_PLACES ? ', …' : ''}`;
  const isAlike = refused.every((one) => one.refusal.code === code);
  return new Refusal(isAlike ? code : 'input-invalid', {
    message: `${refused.length} of ${of} inputs are refused: ${listed}${rest}`,
    errors,
    ...(isAlike && detail.retryAfter !== undefined && { retryAfter: detail.retryAfter }),
  });
}

/**
 * Throws where what a batch without an answer was to take away was refused, once the others are done. What is not
 * there needs no taking away.
 */
export function demandGone(
  results: readonly (Refusal | undefined)[],
  placeOf: (index: number) => string,
): void {
  const refused = results.flatMap((refusal, index) =>
    refusal && refusal.code !== 'record-unknown' ? [{ place: placeOf(index), refusal }] : [],
  );
  if (refused.length > 0) throw refusedTogether(refused, results.length, '; the others are done');
}
