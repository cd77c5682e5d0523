// Makes small databases in MaxMind's format (.mmdb), as specs need them: networks, and what is told of each.
import { isIPv6 } from 'node:net';

type Value = string | number | readonly Value[] | { readonly [key: string]: Value };
/** A record by its network, such as `81.2.69.0/24`; where networks lie in one another, the smallest counts. */
export type Networks = Readonly<Record<string, Value>>;

/** A node has two children: a node, the place of a record, or none. */
type Child = Node | number | null;
type Node = [Child, Child];

const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const SEPARATOR = 16;

/** The bits of an address: 32 of IPv4, 128 of IPv6. */
export function bitsOf(address: string): string {
  if (!isIPv6(address))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [before = '', after] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

/** `ipVersion` 4 makes a database of IPv4 alone; otherwise IPv4 lies in IPv6 as ::/96. */
export function mmdbOf(networks: Networks, { ipVersion = 6 }: { ipVersion?: 4 | 6 } = {}): Buffer {
  const records: Buffer[] = [];
  const root: Node = [null, null];
  const entries = Object.entries(networks).map(([network, value]) => {
    const [address, length] = network.split('/') as [string, string];
    const bits = bitsOf(address).slice(0, Number(length));
    return { bits: ipVersion === 6 && !isIPv6(address) ? '0'.repeat(96) + bits : bits, value };
  });
  let size = 0;
  for (const { bits, value } of entries.toSorted((a, b) => a.bits.length - b.bits.length)) {
    insert(root, bits, size);
    const record = encoded(value);
    records.push(record);
    size += record.length;
  }
  const nodes = nodesOf(root);
  const tree = Buffer.alloc(nodes.length * 6);
  const place = new Map(nodes.map((node, at) => [node, at]));
  const pointer = (child: Child) =>
    child === null
      ? nodes.length
      : typeof child === 'number'
        ? nodes.length + SEPARATOR + child
        : place.get(child)!;
  nodes.forEach((node, at) =>
    node.forEach((child, side) => tree.writeUIntBE(pointer(child), at * 6 + side * 3, 3)),
  );
  const metadata = Buffer.concat([
    head(7, 9),
    ...[
      text('binary_format_major_version'),
      unsigned(5, 2),
      text('binary_format_minor_version'),
      unsigned(5, 0),
    ],
    ...[text('build_epoch'), unsigned(9, 1_714_557_600), text('database_type'), text('Test')],
    ...[text('description'), encoded({}), text('ip_version'), unsigned(5, ipVersion)],
    ...[text('languages'), encoded([]), text('node_count'), unsigned(6, nodes.length)],
    ...[text('record_size'), unsigned(5, 24)],
  ]);
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR), ...records, MARKER, metadata]);
}

function insert(root: Node, bits: string, record: number): void {
  let node = root;
  for (let at = 0; ; at++) {
    const side = bits[at] === '1' ? 1 : 0;
    if (at === bits.length - 1) return void (node[side] = record);
    const child = node[side];
    // A larger network's record stands for both halves of what is now divided.
    if (typeof child !== 'object' || child === null) node[side] = [child, child];
    node = node[side] as Node;
  }
}

const nodesOf = (node: Node): Node[] => [
  node,
  ...node.flatMap((child) => (Array.isArray(child) ? nodesOf(child) : [])),
];

/** The control byte of a value, and what follows it where the type or the size does not fit in. */
function head(type: number, size: number): Buffer {
  const first = (type > 7 ? 0 : type << 5) | Math.min(size, 29);
  return Buffer.from([first, ...(type > 7 ? [type - 7] : []), ...(size >= 29 ? [size - 29] : [])]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([head(2, bytes.length), bytes]);
}

function unsigned(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  const first = bytes.findIndex((byte) => byte !== 0);
  const kept = first < 0 ? Buffer.alloc(0) : bytes.subarray(first);
  return Buffer.concat([head(type, kept.length), kept]);
}

function encoded(value: Value): Buffer {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return unsigned(6, value);
  if (Array.isArray(value))
    return Buffer.concat([head(11, value.length), ...(value as Value[]).map(encoded)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    head(7, entries.length),
    ...entries.flatMap(([key, one]) => [text(key), encoded(one)]),
  ]);
}
