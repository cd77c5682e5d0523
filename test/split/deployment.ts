// A deployment split by ROLE, as the split suite sees it: members over the same stores, each of which can be killed or
// held up at any moment.
import type { Role } from '../../src/config';
import type { Left } from '../crash/rebuilt';

/** Two members of each role. */
export const ROLES: readonly Role[] = ['api', 'api', 'projector', 'projector', 'worker', 'worker'];

export const ADMIN = { email: 'split@strata.example', password: 'two of each, please' };

export interface Member {
  readonly name: string;
  readonly role: Role;
  /** Counts the member's lives: answers of an earlier life are ignored. */
  readonly life: number;
  /** Undefined while the member does not run. */
  readonly url: string | undefined;
  /** Kills the member in the middle of everything and starts a fresh one in its place, perhaps at another address. */
  replace(): Promise<void>;
  /**
   * Holds the member up for some milliseconds, in which it reaches no store; then it goes on, not knowing what happened
   * meanwhile.
   */
  stall(ms: number): Promise<void>;
}

export interface Deployment {
  readonly members: readonly Member[];
  /** Starts another member. */
  add(role: Role): Promise<void>;
  /** Milliseconds without a beat after which a lease may be taken. */
  readonly deadAfterMs: number;
  /** Ends all members in good order. */
  stop(): Promise<void>;
  left(): Promise<Left>;
  /** Ends all members and removes all data they kept. */
  remove(): Promise<void>;
  /** Lines about errors, with the member's name, to be read when a test fails. */
  readonly troubles: readonly string[];
}
