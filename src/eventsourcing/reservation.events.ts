// Events of a reservation: it says which stream, the holder, alone may hold a unique value. A reservation is a stream
// itself, `reservation_<name>-<digest of the value>`.
export type ReservationEvents = {
  /** `holder` is a stream's name. Written again where a holder that does not hold the value yet takes it once more. */
  'reservation.taken.v1': { holder: string };
  'reservation.released.v1': { holder: string };
};
