// Puts together what the thread that builds a backup needs: what was defined at the position, and where records lie.
import { Injectable } from '@nestjs/common';
import { associations } from '../../projections/crm/associations';
import { properties } from '../../projections/crm/properties';
import { records } from '../../projections/crm/records';
import { schemas } from '../../projections/crm/schemas';
import type { AnyProjection } from '../../projections/projection';
import { users } from '../../projections/users';
import { objectTypesAt } from '../crm/schemas/object-types-at';
import { Streams } from '../eventsourcing/streams';
import type { Places } from '../jobs/thread-stores';
import { ReadModels } from '../read/read-models';
import { version } from '../version';
import type { BuildInput } from './archives/backup.worker';
import { ID_COLUMN } from './archives/csv';
import { definitionsText, type TypeDefinitions } from './archives/definitions';
import type { Recipient } from './archives/encryption';
import { backupDefinitionsAt } from './backup-definitions';

/** The projections that a backup is built from: they must have applied its position. */
export const readByBackups: readonly AnyProjection[] = [records, associations, properties, schemas, users];

export interface ToBuild {
  readonly position: bigint;
  /** Null: all that there were. */
  readonly objectTypes: readonly string[] | null;
  readonly places: Places;
  /** Undefined where the file is not to be encrypted. */
  readonly recipient: Recipient | undefined;
}

@Injectable()
export class BackupInputs {
  constructor(
    private readonly streams: Streams,
    private readonly readModels: ReadModels,
  ) {}

  async of({ position, objectTypes, places, recipient }: ToBuild) {
    const { readModels, streams } = this;
    const types = objectTypes ?? (await objectTypesAt(readModels, streams, position));
    const definitions = await backupDefinitionsAt(readModels, streams, types, position);
    const input: BuildInput = {
      ...places,
      product: { name: 'strata', version },
      collection: await readModels.collection(records),
      checkpoint: await readModels.checkpoint(records),
      associations: {
        collection: await readModels.collection(associations),
        checkpoint: await readModels.checkpoint(associations),
        labels: definitions.labels,
      },
      position,
      columns: columnsOf(types, definitions.objectTypes),
      definitions: await definitionsText(definitions),
      recipient,
    };
    return { input, sensitive: definitions.sensitive };
  }
}

/** Columns by object type: the id, then every other property defined at the position, in byte order of the names. */
function columnsOf(types: readonly string[], defined: readonly TypeDefinitions[]): Record<string, string[]> {
  const found = new Map(defined.map((type) => [type.name, type.properties]));
  const others = (type: string) =>
    (found.get(type) ?? []).map(({ name }) => name).filter((name) => name !== ID_COLUMN);
  return Object.fromEntries(types.map((type) => [type, [ID_COLUMN, ...others(type)]]));
}
