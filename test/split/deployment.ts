// A deployment split by ROLE: members over the same stores, each ended or held up at any moment.
import type { Role } from '../../src/config';
import type { EventStore } from '../../src/eventsourcing/event-store';
import type { DocumentStore } from '../../src/read/document-store';

/** Two of each. */
export const ROLES: readonly Role[] = ['api', 'api', 'projector', 'projector', 'worker', 'worker'];

export const ADMIN = { email: 'split@strata.example', password: 'two of each, please' };

export interface Member {
  readonly name: string;
  readonly role: Role;
  /** Counts its lives: what an earlier one answered nobody hears. */
  readonly life: number;
  /** Undefined while it does not run. */
  readonly url: string | undefined;
  /** Ends it in the middle of everything and puts a fresh one in its place, at another address perhaps. */
  replace(): Promise<void>;
  /** Nothing reaches the stores for so many milliseconds; then it goes on, not knowing what happened meanwhile. */
  stall(ms: number): Promise<void>;
}

/** What is left when all members have ended. */
export interface Left {
  readonly log: EventStore;
  readonly documents: DocumentStore;
  readonly close: () => Promise<void>;
}

export interface Deployment {
  readonly members: readonly Member[];
  /** Started beside the others. */
  add(role: Role): Promise<void>;
  /** Milliseconds without a beat after which a lease may be taken. */
  readonly deadAfterMs: number;
  /** Ends all members in good order. */
  stop(): Promise<void>;
  left(): Promise<Left>;
  /** Ends whatever runs and removes all it kept. */
  remove(): Promise<void>;
  /** What went wrong where, for whoever looks into a failure. */
  readonly troubles: readonly string[];
}
