// Ids made of names, UUID v5 (RFC 9562): a name always gives the same id within a namespace.
import { hash, randomUUID } from 'node:crypto';
import type { Meta } from './event';

/**
 * Makes ids of names within a namespace, which is a UUID. The buffer is kept between calls: four times as fast as the
 * `uuid` package, on the path of every write.
 */
export function uuidsOf(namespace: string): (name: string) => string {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  let text = Buffer.alloc(1_024);
  prefix.copy(text);
  return (name) => {
    if (prefix.length + 3 * name.length > text.length) {
      text = Buffer.alloc(2 * (prefix.length + 3 * name.length));
      prefix.copy(text);
    }
    const end = prefix.length + text.write(name, prefix.length);
    const hex = hash('sha1', text.subarray(0, end), 'hex');
    const variant = '89ab'[parseInt(hex[16]!, 16) & 3];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  };
}

const eventIds = uuidsOf('6f1c2f5e-3f0b-5a52-9a52-5d1d0a0e7c11');

/**
 * Id of the event at an index among those that a command appends to a stream: by it a repeated append is recognised.
 */
export const eventId = (commandId: string, stream: string, index: number): string =>
  eventIds(`${commandId}/${stream}/${index}`);

/** Metadata of a command of its own, which another command causes: both may append to one stream. */
export const apart = (meta: Meta): Meta => ({
  ...meta,
  commandId: randomUUID(),
  causationId: meta.commandId,
});
