// A unique value and the stream that may hold it. Stream: `reservation_<name>-<digest of the value>`.
export type ReservationEvents = {
  /** Written again when a holder that does not hold the value yet takes it once more. */
  'reservation.taken.v1': { holder: string };
  'reservation.released.v1': { holder: string };
};
