// What an event is: a name that carries its version, a payload, and metadata that never holds customers' data.

/** Hand-written map from event name (`category.happened.v1`) to payload. */
export type EventMap = object;

/** The discriminated union of a map: `{ type: 'x.y.v1', data: … } | …`. */
export type EventOf<M extends EventMap> = {
  [K in keyof M & string]: { readonly type: K; readonly data: M[K] };
}[keyof M & string];

export type ActorType =
  | 'user'
  | 'apiKey'
  | 'import'
  | 'load'
  | 'restore'
  | 'link'
  | 'workflow'
  | 'integration'
  | 'form'
  | 'agent'
  | 'employee'
  | 'system';

/** Who caused an event, by ids alone: names are looked up when they are shown. */
export interface Actor {
  readonly type: ActorType;
  readonly id: string;
  /** Id of the user for whom an API key, an import, a load, a restore, a link or a part of Strata acts; an employee's own. */
  readonly userId?: string;
  /** Of an employee of the vendor, as it was at their login. */
  readonly department?: string;
  /** Id of the API key through which the acting import or load was asked for, or the acting link was made. */
  readonly keyId?: string;
}

/** Where the request that caused an event came from, as far as known. */
export interface Client {
  readonly ip?: string;
  readonly country?: string;
  readonly region?: string;
  readonly userAgent?: string;
  readonly loginType?: 'PASSWORD' | 'SSO' | 'API_KEY' | 'EMPLOYEE';
}

export type SourceType = 'CRM_UI' | 'API' | 'IMPORT' | 'LOAD' | 'RESTORE' | 'SYSTEM';

/** Where an event stood in the log from which it was brought into this one. */
export interface Origin {
  readonly logId: string;
  /** Decimal string. */
  readonly position: string;
  /** When it was recorded first, by the clock of the store that did; milliseconds since the epoch. */
  readonly recordedAt: number;
  /** Where it had stood before, where that log had been brought from another, too. */
  readonly before?: Origin;
}

/**
 * A position of this log in an event's payload, a decimal string: it is translated when the log is brought into another
 * store. Any string will do; the name lets the compiler find them all.
 */
export type LogPosition = string & { readonly _is?: 'a position' };

/**
 * Metadata of every event. `at` is the time at which the request that appended the event accepted its command, ISO 8601
 * UTC with milliseconds: never a time that an earlier attempt, a client or a file brought along.
 */
export interface Meta {
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly actor: Actor;
  readonly source: { readonly type: SourceType; readonly id?: string };
  readonly client?: Client;
  readonly at: string;
  /** Of an event that was brought from another log. */
  readonly origin?: Origin;
}

/** An event as a store takes it. `id` is a UUID; the same id at the same revision is a repeat, not a second event. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly meta: Meta;
}

/** An event as a store gives it back. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** 0 for the first event of its stream. */
  readonly revision: number;
  /** Place in the log: ordered, not dense. */
  readonly position: bigint;
  /**
   * The store's clock when it wrote the event, milliseconds since the epoch: of an event from another log the clock of
   * the store that wrote it first. May be before that of an earlier event.
   */
  readonly recordedAt: number;
}

/** A stored event whose payload and metadata are the bytes of JSON that lie in the store. */
export interface RawEvent extends Omit<StoredEvent, 'data' | 'meta'> {
  readonly data: Uint8Array;
  readonly meta: Uint8Array;
}

/** A stored event whose payload has been upcast to the newest shape of its type. */
export type Recorded<E extends { type: string; data: unknown }> = E extends unknown
  ? Omit<StoredEvent, 'type' | 'data'> & E
  : never;

/** Any event of a map, recorded. */
export type RecordedOf<M extends EventMap> = Recorded<EventOf<M>>;

/** Builds one event of a map; the compiler checks the payload against the name. */
export const eventsOf =
  <M extends EventMap>() =>
  <K extends keyof M & string>(type: K, data: M[K]): Extract<EventOf<M>, { type: K }> =>
    ({ type, data }) as unknown as Extract<EventOf<M>, { type: K }>;
