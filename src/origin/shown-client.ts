// Where a request came from, as it is shown: all that may be known, null where it is not.
import type { Client } from '../eventsourcing/event';
import { type Device, deviceOf } from './device';

export interface ShownClient {
  readonly ip: string | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly userAgent: string | null;
  readonly loginType: NonNullable<Client['loginType']> | null;
  readonly device: Device | null;
}

export const shownClient = ({ ip, country, region, userAgent, loginType }: Client): ShownClient => ({
  ip: ip ?? null,
  country: country ?? null,
  region: region ?? null,
  userAgent: userAgent ?? null,
  loginType: loginType ?? null,
  device: deviceOf(userAgent),
});
