// What can go wrong when the server is asked.

/** The body of a refusal, in HubSpot's shape. */
export interface ErrorBody {
  readonly message?: string;
  readonly category?: string;
  readonly subCategory?: string;
  readonly correlationId?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly { readonly message?: string; readonly in?: string }[];
}

/** The server refused. `message` is its own, in words for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly headers: Headers,
  ) {
    super(body.message ?? `HTTP ${status}`);
    this.name = 'ApiError';
  }

  get code(): string | undefined {
    return this.body.subCategory ?? this.body.category;
  }

  /** Seconds after which to try again, where the server says so. */
  get retryAfter(): number | undefined {
    const seconds = Number(this.headers.get('Retry-After') ?? Number.NaN);
    return Number.isFinite(seconds) ? seconds : undefined;
  }
}

/** The server could not be reached. */
export class NoAnswer extends Error {
  constructor() {
    super('The server could not be reached');
    this.name = 'NoAnswer';
  }
}

export const isCode = (error: unknown, code: string): boolean =>
  error instanceof ApiError && error.code === code;

export async function bodyOf(answer: Response): Promise<ErrorBody> {
  try {
    return (await answer.json()) as ErrorBody;
  } catch {
    return {};
  }
}
