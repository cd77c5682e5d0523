// The plan of a load: what it does with each column of each file of the ZIP, and what the account lacks for it.
import type { DefineAssociationTypes } from '../../crm/associations/types/association-type.commands';
import type { AdoptedPipeline, AdoptedStage } from '../../crm/pipelines/adopted-pipelines';
import type { PropertyGroupDefinition } from '../../crm/properties/groups/property-group.events';
import type { PropertyDefinition } from '../../crm/properties/property.events';
import type { ObjectSchema } from '../../crm/schemas/schema.events';

interface Column {
  /** The column's index in the file, from 0. */
  readonly index: number;
  readonly header: string;
}
export interface IdColumn extends Column {
  readonly as: 'id';
}
export interface ValueColumn extends Column {
  readonly as: 'property';
  readonly property: string;
  /** The property is defined here as it was where the file comes from: its values are taken as they stand. */
  readonly exact: boolean;
}
/** Cells hold ids of records, between semicolons, with which the row's record is associated. */
export interface LinkColumn extends Column {
  readonly as: 'links';
  readonly toType: string;
  /** Of the association type, beside the default one. */
  readonly label?: string;
}
export interface UnusedColumn extends Column {
  readonly as: 'nothing';
}
export type ColumnPlan = IdColumn | ValueColumn | LinkColumn | UnusedColumn;

export interface RecordsFile {
  readonly name: string;
  /** The plural name of the type as the account has it. */
  readonly objectType: string;
  readonly columns: readonly ColumnPlan[];
  readonly rows: number;
}

/** A file in the form of `associations.csv` of a backup. */
export interface AssociationsFile {
  readonly name: string;
  readonly rows: number;
}

type NewType = DefineAssociationTypes['types'][number];
/** An association type of the ZIP that the account lacks, with its numbers there. */
export type MissingType = NewType & { readonly numbers: NonNullable<NewType['numbers']> };

/** In the order in which they are made. */
export interface MissingDefinitions {
  readonly groups: readonly { readonly objectType: string; readonly group: PropertyGroupDefinition }[];
  readonly objectTypes: readonly {
    readonly schema: ObjectSchema;
    readonly properties: readonly PropertyDefinition[];
  }[];
  readonly properties: readonly { readonly objectType: string; readonly definition: PropertyDefinition }[];
  readonly pipelines: readonly { readonly objectType: string; readonly pipeline: AdoptedPipeline }[];
  readonly stages: readonly {
    readonly objectType: string;
    readonly pipeline: Omit<AdoptedPipeline, 'stages'>;
    readonly stage: AdoptedStage;
  }[];
  /** Of each object type whose pipelines nobody has touched here: all that it is to have, instead of these two. */
  readonly untouched: readonly {
    readonly objectType: string;
    readonly pipelines: readonly AdoptedPipeline[];
  }[];
  readonly associationTypes: readonly MissingType[];
}

export const NOTHING_MISSING: MissingDefinitions = {
  groups: [],
  objectTypes: [],
  properties: [],
  pipelines: [],
  stages: [],
  untouched: [],
  associationTypes: [],
};

/** What is missing of all that records stand in: without archived pipelines and stages they can be loaded, too. */
export const needed = ({ pipelines, stages, ...missing }: MissingDefinitions): MissingDefinitions => ({
  ...missing,
  pipelines: pipelines.filter(({ pipeline }) => !pipeline.archived),
  stages: stages.filter(({ stage }) => !stage.archived),
  untouched: [],
});

export const missingCount = (missing: MissingDefinitions): number => {
  const { groups, objectTypes, properties, pipelines, stages, associationTypes } = missing;
  const lists = [groups, objectTypes, properties, pipelines, stages, associationTypes];
  return lists.reduce((sum, { length }) => sum + length, 0);
};

export interface PlanProblem {
  readonly file: string;
  /** The column's index, from 0. */
  readonly column?: number;
  readonly objectType?: string;
  readonly message: string;
}

export interface LoadPlan {
  readonly source: 'STRATA' | 'OTHER';
  /** Of a backup of Strata. */
  readonly logId?: string;
  readonly position?: string;
  readonly asOf?: string;
  readonly records: readonly RecordsFile[];
  readonly associations: readonly AssociationsFile[];
  /** Entries that are no CSV, or that the request leaves out. */
  readonly leftOut: readonly string[];
  readonly missing: MissingDefinitions;
  /** Object types of the ZIP whose name the account writes otherwise. */
  readonly typeNames: Readonly<Record<string, string>>;
  /** Numbers of association types here by `CATEGORY/typeId` there; those that are missing are learnt when made. */
  readonly associationTypes: Readonly<Record<string, number>>;
  /** Owners here by their ids there. */
  readonly owners: Readonly<Record<string, string>>;
  /** Users here by their ids there, where these differ; any other id of a user is kept as it stands. */
  readonly users?: Readonly<Record<string, string>>;
  /** Ids in values of owners whom the account does not have: they are kept as they stand. */
  readonly unknownOwners: readonly string[];
  readonly problems: readonly PlanProblem[];
  /** The highest record id of up to 14 digits; ids above it are given to others. */
  readonly highestId?: string;
}

/** All rows that the load goes through. */
export const rowsOf = (plan: LoadPlan): number =>
  [...plan.records, ...plan.associations, ...plan.records.filter(hasLinks)].reduce(
    (sum, { rows }) => sum + rows,
    0,
  );

export const hasLinks = ({ columns }: RecordsFile): boolean => columns.some(({ as }) => as === 'links');

/** The load cannot begin, or not go on, and trying again would not help. */
export class LoadFailed extends Error {}
