// Keeps values unique over streams (such as contacts' e-mails): each value has a small stream of its own, its
// reservation, so that the log itself decides a race.
import type { Decider } from './decider';
import { eventsOf, type Meta } from './event';
import { apart } from './event-ids';
import type { ReservationEvents } from './reservation.events';
import type { Streams } from './streams';

/** Another stream, `holder`, holds the value, as that stream itself says. */
export class AlreadyHeld extends Error {
  constructor(readonly holder: string) {
    super('The value is held already');
  }
}

/** The value was reserved a moment ago for a stream that does not hold it yet, and may never: its name is no answer. */
export class AboutToBeHeld extends Error {
  constructor() {
    super('The value is about to be held');
  }
}

/** What the caller knows of holders, by their streams' names. Both methods must go by the log, not by a read model. */
export interface Holders {
  /** Does the holder have the value now? */
  holds(holder: string): Promise<boolean>;
  /**
   * Appends something harmless to the holder's stream, so that an append prepared before can no longer succeed. Must be
   * done out of turn: a change of that stream may be waiting for this very reservation.
   */
  fence(holder: string): Promise<void>;
}

type Reservation =
  | { readonly status: 'free' }
  | {
      readonly status: 'held';
      readonly holder: string;
      readonly at: string;
      readonly position: bigint;
      /** Id of the command that took the value. */
      readonly by: string | undefined;
    };

export const reservation: Decider<Reservation, ReservationEvents> = {
  initial: { status: 'free' },
  evolve: {
    'reservation.taken.v1': (_, { holder }, { meta, position }) => ({
      status: 'held',
      holder,
      at: meta.at,
      position,
      by: meta.causationId,
    }),
    'reservation.released.v1': () => ({ status: 'free' }),
  },
};

const ev = eventsOf<ReservationEvents>();

/** Age in milliseconds from which a reservation may be displaced if its holder never came to hold the value. */
const DISPLACEABLE_MS = 30_000;

/**
 * How a caller keeps a property unique over its streams:
 * 1. In the `decide` of the holder's own `streams.change()`, `take` every value that the command newly sets, then
 *    return the events that set these values. If their append conflicts, `decide` runs again and takes again: taking
 *    again keeps a displaced holder from going on as if it still had the value.
 * 2. After the append, `release` the values that the holder gave up, naming the position of that append.
 * A crash between the two steps leaves a value reserved for a stream that does not hold it: the next holder to want the
 * value displaces the reservation once it is 30 s old. The caller normalises values, and only their digest is stored.
 * Each change is a command of its own: one command may take, release and take the same value again.
 */
export class Reservations {
  constructor(
    private readonly streams: Streams,
    private readonly digest: (value: string) => string,
  ) {}

  /** Reserves the value for the holder, or rejects with AlreadyHeld or AboutToBeHeld. */
  async take(name: string, value: string, holder: string, meta: Meta, holders: Holders): Promise<void> {
    const taken = ev('reservation.taken.v1', { holder });
    await this.streams.change(
      reservation,
      this.stream(name, value),
      async (state) => {
        if (state.status === 'free') return [taken];
        if (await holders.holds(state.holder)) {
          if (state.holder === holder) return [];
          throw new AlreadyHeld(state.holder);
        }
        // Not "already so": another command that found this holder without the value may be about to displace it. The
        // new event makes the append of that command conflict; otherwise two streams would come to hold the value.
        if (state.holder === holder) return [taken];
        // The same command reserved the value for a stream whose id turned out to be taken: nobody else will want it.
        const isOwn = state.by === meta.commandId;
        if (!isOwn && Date.parse(meta.at) - Date.parse(state.at) < DISPLACEABLE_MS) throw new AboutToBeHeld();
        await holders.fence(state.holder);
        if (await holders.holds(state.holder)) throw new AlreadyHeld(state.holder);
        return [ev('reservation.released.v1', { holder: state.holder }), taken];
      },
      apart(meta),
      { likelyNew: true },
    );
  }

  /**
   * Hands a value over from a holder that has ended and will never hold it again to one that is about to. Called in the
   * `decide` of the change of `to`, as `take` is. Rejects with AlreadyHeld where a third holder has the value by now.
   */
  async pass(name: string, value: string, from: string, to: string, meta: Meta): Promise<void> {
    const taken = ev('reservation.taken.v1', { holder: to });
    await this.streams.change(
      reservation,
      this.stream(name, value),
      (state) => {
        if (state.status === 'held' && state.holder === from)
          return [ev('reservation.released.v1', { holder: from }), taken];
        if (state.status === 'held' && state.holder !== to) throw new AlreadyHeld(state.holder);
        // Taken anew even where `to` has the value already, for the reason given in `take`.
        return [taken];
      },
      apart(meta),
    );
  }

  /**
   * Gives up a value that the holder no longer holds since its append at position `givenUpAt`. A reservation that the
   * same holder took after that append stays.
   */
  async release(name: string, value: string, holder: string, meta: Meta, givenUpAt: bigint): Promise<void> {
    await this.streams.change(
      reservation,
      this.stream(name, value),
      (state) =>
        state.status === 'held' && state.holder === holder && state.position < givenUpAt
          ? [ev('reservation.released.v1', { holder })]
          : [],
      apart(meta),
    );
  }

  /** The stream for which the value is reserved, whether or not it holds the value yet. */
  async holder(name: string, value: string): Promise<string | undefined> {
    const { state } = await this.streams.load(reservation, this.stream(name, value));
    return state.status === 'held' ? state.holder : undefined;
  }

  private stream(name: string, value: string): string {
    return `reservation_${name}-${this.digest(value)}`;
  }
}
