// The messages between a thread of the embedded document store and whoever calls it.
import type { MessagePort } from 'node:worker_threads';
import type { RefusalCode } from '../../../../refusals';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Another thread wants to call as well, over a port of its own. */
export interface Connect {
  readonly connect: MessagePort;
}

/**
 * Flags by which a thread and its owner know of each other at once. A thread that is ended from outside in the midst of
 * a statement of libsql ends the whole process: one that is given up in a statement ends itself after it.
 */
export interface Shared {
  /** Not 0: nobody waits for the thread any more, and it begins no further statement. */
  readonly givenUp: Int32Array;
  /** Not 0: libsql may be at work in the thread, as it is when the thread starts. */
  readonly inLibsql: Int32Array;
}

export interface WorkerInput {
  readonly file: string;
  readonly kind: 'reader' | 'writer';
  readonly shared: Shared;
  readonly cacheMb: number | undefined;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly refused?: RefusalCode;
  readonly conflict?: string;
  readonly error?: Error;
}
