// A unique value, held by at most one record. Stream: `reservation_contact_email-<HMAC of the normalised value>`.
export type ReservationEvents = {
  'reservation.taken.v1': { objectType: string; property: string; recordId: string };
  'reservation.released.v1': { recordId: string };
};
