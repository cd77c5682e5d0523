// Reads a JSON body: its bytes are counted and bounded as they come, and parsed when the body is whole.
import type { Readable } from 'node:stream';
import { ComingJson } from '../../bounded-json';
import { Refusal } from '../../refusals';

/** Bytes of a body above which it is parsed in turns. */
const LARGE_BYTES = 256 * 1024;

/**
 * `take` is given the number of bytes of each chunk, and may throw the refusal of the rest. Resolves with undefined for
 * an empty body: clients that set the content type on every request set it on a DELETE or a POST without a body, too.
 */
export async function readJson(source: Readable, take: (bytes: number) => void): Promise<unknown> {
  const json = await received(source, take);
  if (json.length === 0) return undefined;
  return json.length > LARGE_BYTES ? json.valueInTurns() : json.value();
}

/** Reads by events: leaving a loop over the source would destroy it, and the connection that is to carry the answer. */
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
