// Gives a record that is created another id where its own turns out to be taken.
import { Refusal } from '../../../refusals';

/**
 * Each further id comes from a block of ids that were all free at some moment: enough for whatever others create
 * meanwhile.
 */
const MOST_IDS = 20;

/** What `write` answers under the first id that is not refused with `record-id-taken`. */
export async function underFreeId<T>(
  recordId: string,
  { anotherId }: { readonly anotherId?: () => Promise<string> },
  write: (id: string) => Promise<T>,
): Promise<T> {
  for (let id = recordId, ids = 1; ; ids++)
    try {
      return await write(id);
    } catch (error) {
      const taken = error instanceof Refusal && error.code === 'record-id-taken';
      if (!taken || !anotherId || ids === MOST_IDS) throw error;
      id = await anotherId();
    }
}
