// What MongoDB is asked for by a filter. Texts that are longer than its patterns may be are found in two steps: values
// that hold all pieces of them are tested here, and the query names the documents that are left.
import type { Collection, Document } from 'mongodb';
import { answerOf, isServerError } from '../../../mongo-server';
import { Refusal } from '../../../refusals';
import type { Doc, Filter, Stamped } from '../../document-store';
import { conjunctsOf } from '../../filters/filter-terms';
import { valueAt } from '../../filters/values';
import { longTexts, mongoFilter, storedPath, type LongText, type StoredDocument } from './mongo-filter';

/** Milliseconds a query may take. */
export const QUERY_LIMIT = 20_000;
/** Milliseconds that a query's answer is waited for: a server that keeps to QUERY_LIMIT answers before. */
export const ANSWER_LIMIT = QUERY_LIMIT + 2_000;
/** Ids that a query names in place of a condition: some 30 bytes each, of the 16 MB that it may have. */
const MOST_IDS = 200_000;
const TOO_SLOW = 50;

const LIVE: Document = { gone: { $exists: false } };

export const stamped = <D extends Doc>({ _id, stamp, doc }: StoredDocument): Stamped<D> => ({
  id: _id,
  stamp,
  ...(doc && { doc: { id: _id, ...doc } as unknown as D }),
});

/** The conditions that the documents of a filter meet, for the server to join. */
export async function wantedIn(
  documents: Collection<StoredDocument>,
  filter: Filter = {},
): Promise<Document[]> {
  const found = new Map<string, readonly string[]>();
  for (const [name, text] of longTexts(filter)) found.set(name, await idsWith(documents, filter, text));
  return [LIVE, mongoFilter(filter, found)];
}

async function idsWith(
  documents: Collection<StoredDocument>,
  filter: Filter,
  { path, query, test }: LongText,
): Promise<string[]> {
  // As far as the filter holds all documents to something that the server judges.
  const held = conjunctsOf(filter).terms.map(([key, term]): Filter => ({ [key]: term }));
  const judged = held.filter((one) => longTexts(one).size === 0).map((one) => mongoFilter(one));
  const some = documents.find(
    { $and: [LIVE, ...judged, query] },
    { maxTimeMS: QUERY_LIMIT, projection: { [storedPath(path)]: 1 } },
  );
  const tested = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const stored of some) {
      const value = valueAt(stamped(stored).doc ?? { id: stored._id }, path);
      if (typeof value === 'string' && test(value)) ids.push(stored._id);
      if (ids.length > MOST_IDS) throw new Refusal('query-too-slow');
    }
    return ids;
  };
  return slow(answerOf(tested(), ANSWER_LIMIT));
}

/** Rejects with `query-too-slow` where the server has ended the query. */
export async function slow<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (isServerError(error, TOO_SLOW)) throw new Refusal('query-too-slow');
    throw error;
  }
}
