// Says to which addresses webhooks may go: never into the network that Strata itself stands in, unless a setting says so.
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Refusal } from '../refusals';

/** A request is not sent: its address is none that webhooks may go to. */
export class AddressRefused extends Error {}

/** Ranges of machines nearby; they are let in by a setting. Addresses of clouds' own services (link-local) never are. */
const PRIVATE: ReadonlySet<string> = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);
const ZEROS = 6;

/** Whether webhooks may go to an address, IPv4 or IPv6, as it is written in full. */
export function mayGoTo(address: string, privateToo: boolean): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address that is written as an IPv6 one is judged as what it is.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (PRIVATE.has(range)) return privateToo;
  return range === 'unicast' && !isOldMapped(parsed);
}

/** `::192.0.2.1`, which some systems still take for IPv4. */
const isOldMapped = (address: ipaddr.IPv4 | ipaddr.IPv6): boolean =>
  address instanceof ipaddr.IPv6 && address.parts.slice(0, ZEROS).every((part) => part === 0);

/** The address that a host of a URL is by itself; undefined where it is a name. */
export function addressOf(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** Whether a URL's host can be told to be out of bounds without asking for its address. */
export function isOutOfBounds(hostname: string, privateToo: boolean): boolean {
  const address = addressOf(hostname);
  if (address !== undefined) return !mayGoTo(address, privateToo);
  return !privateToo && /(?:^|\.)localhost\.?$/i.test(hostname);
}

/** Refuses a host that is out of bounds, as far as it tells by itself; `field` says where the request has it. */
export function requireInBounds(hostname: string, field: string, privateToo: boolean): void {
  if (isOutOfBounds(hostname, privateToo))
    throw new Refusal('webhook-address-refused', {
      errors: [{ message: `${field}: is private`, in: field }],
    });
}

/** The URL as it is kept and signed; refuses one whose host is out of bounds. */
export function urlInBounds(given: string, field: string, privateToo: boolean): string {
  const { href, hostname } = new URL(given);
  requireInBounds(hostname, field, privateToo);
  return href;
}

const underWay = new Map<string, Promise<LookupAddress[]>>();

/**
 * Addresses of a name. Connections that ask at once share the question: a name that nobody answers for holds one thread
 * of the pool, which passwords and files need too, however many requests wait for it.
 */
function addressesOf(hostname: string): Promise<LookupAddress[]> {
  const asked =
    underWay.get(hostname) ??
    lookup(hostname, { family: 0, all: true }).finally(() => underWay.delete(hostname));
  underWay.set(hostname, asked);
  return asked;
}

/**
 * Looks a name up for one connection and lets it go to no address but those that were judged here: a second answer of
 * the name's server is never asked for. One address out of bounds refuses them all.
 */
const lookupWithin =
  (privateToo: boolean): LookupFunction =>
  (hostname, options, done) => {
    const found = (addresses: LookupAddress[]) => {
      const isRefused = addresses.some(({ address }) => !mayGoTo(address, privateToo));
      if (isRefused || addresses.length === 0) return done(new AddressRefused(), '', 0);
      if (options.all) return done(null, addresses);
      done(null, addresses[0]!.address, addresses[0]!.family);
    };
    addressesOf(hostname).then(found, (error: NodeJS.ErrnoException) => done(error, '', 0));
  };

/** How a connection to a host looks its address up. A host that is an address itself is judged here: none is looked up. */
export function lookupTo(hostname: string, privateToo: boolean): LookupFunction {
  const address = addressOf(hostname);
  if (address !== undefined && !mayGoTo(address, privateToo)) throw new AddressRefused();
  return lookupWithin(privateToo);
}
