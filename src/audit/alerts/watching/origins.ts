// Learns from which countries each person logs in and from which networks each API key comes, and says which are new. Pure.
import ipaddr from 'ipaddr.js';

const MOST_KNOWN = 100;
const DAY_MS = 24 * 3_600_000;
/** Bits of an address by which networks are told apart: about what one office or one provider's site has. */
const BITS = { ipv4: 24, ipv6: 48 } as const;

export interface Origins {
  /** When the first was seen, milliseconds since the epoch. */
  readonly since: number;
  /** The one seen last comes last; those that were not seen for longest are forgotten. */
  readonly known: readonly string[];
}

/** The network that an address lies in, such as `192.0.2.0/24`; undefined where it is none. */
export function networkOf(ip: string): string | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  const bits = BITS[address.kind()];
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits}`);
  return `${network.toString()}/${bits}`;
}

/** `isNew`: it was not known, others were, and they have been learned for so long. */
export function seen(
  before: Origins | undefined,
  origin: string,
  time: number,
  learnedForMs: number,
): { readonly after: Origins; readonly isNew: boolean } {
  if (!before) return { after: { since: time, known: [origin] }, isNew: false };
  if (before.known.at(-1) === origin) return { after: before, isNew: false };
  const isNew = !before.known.includes(origin) && time - before.since >= learnedForMs;
  const known = [...before.known.filter((one) => one !== origin), origin].slice(-MOST_KNOWN);
  return { after: { ...before, known }, isNew };
}

/** A person's first country is no news; of a key all networks of its first day are learned. */
export const LEARNED_FOR = { country: 0, network: DAY_MS } as const;
