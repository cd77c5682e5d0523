// Every refusal the product can answer with: one table for code, README and OpenAPI, in HubSpot's error shape.

export interface RefusalRow {
  readonly status: number;
  readonly category: string;
  readonly subCategory?: string;
  readonly message: string;
}

export const refusals = {
  'body-malformed': { status: 400, category: 'VALIDATION_ERROR', message: 'The request could not be read' },
  'input-invalid': { status: 400, category: 'VALIDATION_ERROR', message: 'The request is not valid' },
  'stream-moved-on': { status: 412, category: 'CONFLICT', message: 'It changed since you read it' },
  'stream-contended': {
    status: 409,
    category: 'CONFLICT',
    message: 'Others kept changing it at the same time; try again',
  },
  'projection-behind': {
    status: 503,
    category: 'PROJECTION_BEHIND',
    message: 'The read model has not reached the position asked for',
  },
} as const satisfies Record<string, RefusalRow>;

export type RefusalCode = keyof typeof refusals;

export interface RefusalDetail {
  /** Replaces the table's message. Never holds customers' values. */
  readonly message?: string;
  readonly subCategory?: string;
  readonly errors?: readonly {
    readonly message: string;
    readonly code?: string;
    readonly in?: string;
    readonly context?: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly context?: Readonly<Record<string, readonly string[]>>;
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
}

/** A command or query that is not carried out, with a code from the table. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly detail: RefusalDetail = {},
  ) {
    super(detail.message ?? refusals[code].message);
  }
}
