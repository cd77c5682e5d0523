// Ids made of names, UUID v5 (RFC 9562): a name always gives the same id within a namespace.
import { hash, randomUUID } from 'node:crypto';
import type { Meta, NewEvent } from './event';

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

const idsOfCommands = uuidsOf('6f1c2f5e-3f0b-5a52-9a52-5d1d0a0e7c11');

/**
 * Id of the event at an index among those that a command appends to a stream: by it a repeated append is recognised. It
 * tells of the content, too: where two processes decide otherwise under one command id, as on a clock or another state,
 * the slower one meets a conflict, not an answer that its own events were stored.
 */
export const eventId = (
  commandId: string,
  stream: string,
  index: number,
  { type, data }: Pick<NewEvent, 'type' | 'data'>,
): string =>
  idsOfCommands(`${commandId}/${stream}/${index}/${type}/${hash('sha1', JSON.stringify(data), 'hex')}`);

/** The events that a command appends to a stream. */
export const newEvents = (
  decided: readonly { type: string; data: unknown }[],
  stream: string,
  meta: Meta,
): NewEvent[] =>
  decided.map(({ type, data }, index) => {
    return { id: eventId(meta.commandId, stream, index, { type, data }), type, data, meta };
  });

/** Id of a command that is part of another: the same whenever that one is repeated. */
export const partOf = (commandId: string, part: string, index = 0): string =>
  idsOfCommands(`${commandId}/${part}/${index}`);

/** Metadata of a command of its own, which another command causes: both may append to one stream. */
export const apart = (meta: Meta): Meta => ({
  ...meta,
  commandId: randomUUID(),
  causationId: meta.commandId,
});
