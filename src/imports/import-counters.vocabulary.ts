// What an import counts, and what its counts tell.

/**
 * Counts of an import. `createdObjects + updatedObjects + unchangedObjects + errors` is the number of records that the
 * rows read are about, whatever became of them; with one record in each row it is the number of rows.
 */
export interface ImportCounters {
  readonly totalRows: number;
  readonly createdObjects: number;
  readonly updatedObjects: number;
  readonly unchangedObjects: number;
  /** Records that were not imported; the error list may have several lines for one record. */
  readonly errors: number;
  /**
   * Records created, by plural object type; types without any are left out. Imports by older versions lack this field
   * and all below.
   */
  readonly created?: Readonly<Record<string, number>>;
  readonly updated?: Readonly<Record<string, number>>;
  /** Pairs of records that were not associated before the import. */
  readonly associated?: number;
  /** Associations that could not be made; their records are imported all the same. */
  readonly associationErrors?: number;
  /** Cells that were to name other records and are empty; imports by older versions count them as errors. */
  readonly emptyAssociations?: number;
}

/** Whether an import has had rows, and none of them became or changed a record, or was already as it says. */
export const importedNone = ({
  createdObjects,
  updatedObjects,
  unchangedObjects,
  errors,
}: ImportCounters): boolean => errors > 0 && createdObjects + updatedObjects + unchangedObjects === 0;
