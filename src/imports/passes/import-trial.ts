// What a dry run has found so far: the records that its rows would have made, by what cells name them.
import { LRUCache } from 'lru-cache';
import type { RecordRef } from '../../crm/associations/association.events';
import { comparable } from '../../crm/properties/values/sameness.vocabulary';
import type { ObjectPlan } from '../rows/import-plan';
import { identifies, type Found, type Named } from './record-finder';

/** Names that are remembered; of those of longer ago, rows do not hear. */
const MOST = 500_000;

type Naming = Pick<Named, 'objectType' | 'by' | 'value'>;

const keyOf = ({ objectType, by, value }: Naming): string =>
  `${objectType}/${by.name}/${comparable(by, value)}`;

export class ImportTrial {
  /** Ids by names; false for a name of several records. */
  private readonly named = new LRUCache<string, string | { readonly last: string }>({ max: MOST });
  private readonly made = new LRUCache<string, true>({ max: MOST });
  private readonly pairs = new LRUCache<string, true>({ max: MOST });

  /** Notes a record that would be made, by those of its values that name it. */
  learn({ objectType, columns }: ObjectPlan, id: string, values: Readonly<Record<string, string>>): void {
    this.made.set(`${objectType}/${id}`, true);
    for (const { property } of columns) {
      const value = values[property.name];
      if (value === undefined || !identifies(objectType, property)) continue;
      const key = keyOf({ objectType, by: property, value });
      this.named.set(key, this.named.has(key) ? { last: id } : id);
    }
  }

  /** Whether the record is one that would be made. */
  has(objectType: string, id: string): boolean {
    return this.made.has(`${objectType}/${id}`);
  }

  /** The record last made of this name, for a row about it. */
  lastOf(naming: Naming): string | undefined {
    const found = this.named.get(keyOf(naming));
    return typeof found === 'object' ? found.last : found;
  }

  /** What a cell names, where the account itself has `found` by that name. */
  together(naming: Naming, found: Found): Found {
    const own = this.named.get(keyOf(naming));
    if (own === undefined) return found;
    return found === 'none' && typeof own === 'string' ? { id: own } : 'several';
  }

  /** Notes two records that would be associated; false where they would be already. */
  associates(...ends: readonly [RecordRef, RecordRef]): boolean {
    const key = ends.map(({ objectType, recordId }) => `${objectType}/${recordId}`).join(' ');
    if (this.pairs.has(key)) return false;
    this.pairs.set(key, true);
    return true;
  }

  /** The first property among the values whose value must be unique and is another record's that would be made. */
  taken({ objectType, columns }: ObjectPlan, values: Readonly<Record<string, string>>) {
    return columns.find(({ property }) => {
      const value = values[property.name];
      if (!property.hasUniqueValue || value === undefined) return false;
      return this.lastOf({ objectType, by: property, value }) !== undefined;
    });
  }
}
