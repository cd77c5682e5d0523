// How Strata speaks to MongoDB: what counts as written, and how long Strata waits for a server that is out of reach.
import { MongoClient, MongoError, MongoServerError, MongoWriteConcernError } from 'mongodb';
import { answered } from './store-unavailable';

/** Milliseconds a call may take unless it names another limit. */
const LIMIT_MS = 5_000;
const DUPLICATE_KEY = 11_000;
/** Codes of errors by which a server says that it is no primary (any more), or shuts down. */
const PASSING: ReadonlySet<unknown> = new Set([91, 189, 262, 10_107, 11_600, 11_602, 13_435, 13_436]);

export const mongoClient = (url: string): MongoClient =>
  new MongoClient(url, {
    // A write that counts as done is on disk at a majority.
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    // A server that hangs is found out in seconds, and calls that wait for it are let go.
    heartbeatFrequencyMS: 2_000,
    connectTimeoutMS: 5_000,
    serverSelectionTimeoutMS: 4_000,
    waitQueueTimeoutMS: 5_000,
    // Leaves undefined out, as JSON does; null would say something else.
    ignoreUndefined: true,
    useBigInt64: true,
  });

/** The answer to a call; rejects with StoreUnavailable where none comes in time. */
export const answerOf = <T>(asked: Promise<T>, limitMs = LIMIT_MS): Promise<T> =>
  answered('MongoDB', limitMs, asked, isOutage);

export const isServerError = (error: unknown, code: number): boolean =>
  error instanceof MongoServerError && error.code === code;

/** Whether a unique value, an id for example, was there already; also where it was one of many writes. */
export const isDuplicate = (error: unknown): boolean => isServerError(error, DUPLICATE_KEY);

function isOutage(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  if (error instanceof MongoWriteConcernError) return true;
  return error instanceof MongoServerError
    ? PASSING.has(error.code)
    : /ServerSelection|Network|PoolCleared|WaitQueue|Timeout|TopologyClosed/.test(error.name);
}
