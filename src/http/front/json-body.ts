// Reads a JSON body: its bytes are counted and bounded as they come, and parsed when they are whole.
import type { Readable } from 'node:stream';
import { ComingJson } from '../../bounded-json';
import { Refusal } from '../../refusals';

/** More than that is parsed in turns. */
const LARGE_BYTES = 256 * 1024;

/**
 * `take`: told of each chunk's bytes, and may throw the refusal of the rest. Undefined for an empty body: clients that set
 * the content type on every request send it with a DELETE or a POST without a body, too.
 */
export async function readJson(source: Readable, take: (bytes: number) => void): Promise<unknown> {
  const json = await received(source, take);
  if (json.length === 0) return undefined;
  return json.length > LARGE_BYTES ? json.valueInTurns() : json.value();
}

/** By events: leaving a loop over the source would destroy it, and the connection that has the answer to carry. */
function received(source: Readable, take: (bytes: number) => void): Promise<ComingJson> {
  return new Promise((resolve, reject) => {
    const json = new ComingJson();
    const leave = () => source.off('data', onData).off('end', onEnd).off('error', onError).pause();
    const onData = (chunk: Buffer) => {
      try {
        take(chunk.length);
        json.add(chunk);
      } catch (error) {
        leave();
        reject(error instanceof Error ? error : new Refusal('internal-error'));
      }
    };
    const onEnd = () => {
      leave();
      resolve(json);
    };
    const onError = () => {
      leave();
      reject(new Refusal('body-malformed', { message: 'The body broke off' }));
    };
    source.on('data', onData).once('end', onEnd).once('error', onError);
  });
}
