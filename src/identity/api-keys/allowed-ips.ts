// The addresses from which an API key may be used: single ones and networks (CIDR), of IPv4 and IPv6.
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

const V4_BITS = 32;
const V6_BITS = 128;
/** Bits before an IPv4 address that is written as an IPv6 one. */
const MAPPED_BITS = V6_BITS - V4_BITS;

/** An address or a network in its one form; undefined where the text is none. */
export function allowedIpOf(text: string): string | undefined {
  const network = networkOf(text);
  if (!network) return undefined;
  const [address, bits] = network;
  const cidr = `${address.toString()}/${bits}`;
  if (bits === bitsOf(address)) return address.toString();
  const first =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr)
      : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${first.toString()}/${bits}`;
}

/** Whether an address is one of some, or in one of some networks, as `allowedIpOf` gives them. */
export function isAllowedIp(ip: string | undefined, allowed: readonly string[]): boolean {
  const address = ip === undefined ? undefined : addressOf(ip);
  if (!address) return false;
  return allowed.some((one) => {
    const network = networkOf(one);
    return network?.[0].kind() === address.kind() && address.match(network);
  });
}

function networkOf(text: string): Network | undefined {
  const [, written = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = addressOf(written);
  if (!address) return undefined;
  const isMapped = address.kind() === 'ipv4' && written.includes(':');
  const length = bits === undefined ? bitsOf(address) : Number(bits) - (isMapped ? MAPPED_BITS : 0);
  return length >= 0 && length <= bitsOf(address) ? [address, length] : undefined;
}

/** IPv4 written as IPv6 is IPv4. Forms of IPv4 in which readers differ, as with octal numbers, are none. */
function addressOf(text: string): Address | undefined {
  if (text.includes('%')) return undefined;
  if (text.includes(':')) return ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : undefined;
  return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
}

const bitsOf = (address: Address): number => (address.kind() === 'ipv4' ? V4_BITS : V6_BITS);
