// A plan as it is shown, and how it is kept: a line for whoever looks at it, then a line for the job.
import type { Files } from '../../files/files';
import { ListWriter, type KeptList } from '../../files/kept-list';
import { linesOf } from '../../files/lines';
import type { LoadPlan, MissingDefinitions, RecordsFile } from './load-plan';

export interface PlanView {
  /** Whether the ZIP is a backup of Strata, or of another product. */
  readonly source: LoadPlan['source'];
  readonly position?: string;
  readonly asOf?: string;
  readonly files: readonly {
    readonly name: string;
    readonly objectType?: string;
    readonly rows: number;
    readonly columns?: readonly { readonly header: string; readonly to: string | null }[];
  }[];
  readonly leftOut: readonly string[];
  readonly missing: ReturnType<typeof missingView>;
  readonly unknownOwners: readonly string[];
  readonly problems: LoadPlan['problems'];
}

const MOST_PROBLEMS = 1_000;

export function planView(plan: LoadPlan): PlanView {
  const { source, position, asOf, records, associations, leftOut, unknownOwners } = plan;
  return {
    source,
    ...(position !== undefined && { position }),
    ...(asOf !== undefined && { asOf }),
    files: [...records.map(fileView), ...associations.map(({ name, rows }) => ({ name, rows }))],
    ...{ leftOut, missing: missingView(plan.missing), unknownOwners },
    problems: plan.problems.slice(0, MOST_PROBLEMS),
  };
}

const fileView = ({ name, objectType, rows, columns }: RecordsFile) => ({
  ...{ name, objectType, rows },
  columns: columns.map((column) => ({
    header: column.header,
    to:
      column.as === 'property'
        ? column.property
        : column.as === 'id'
          ? 'hs_object_id'
          : column.as === 'links'
            ? `associations with ${column.toType}`
            : null,
  })),
});

const missingView = (missing: MissingDefinitions) => ({
  objectTypes: missing.objectTypes.map(({ schema }) => schema.name),
  groups: missing.groups.map(({ objectType, group }) => ({ objectType, name: group.name })),
  properties: [
    ...missing.objectTypes.flatMap(({ schema, properties }) =>
      properties.map((definition) => ({ objectType: schema.name, definition })),
    ),
    ...missing.properties,
  ].map(({ objectType, definition: { name, label, type, fieldType } }) => ({
    ...{ objectType, name, label, type, fieldType },
  })),
  pipelines: missing.pipelines.map(({ objectType, pipeline }) => ({
    objectType,
    id: pipeline.id,
    label: pipeline.label,
    archived: pipeline.archived,
  })),
  stages: missing.stages.map(({ objectType, pipeline, stage }) => ({
    ...{ objectType, pipelineId: pipeline.id, id: stage.id, label: stage.label, archived: stage.archived },
  })),
  associationTypes: missing.associationTypes.map(({ fromType, toType, name, label }) => ({
    ...{ fromType, toType, name, label },
  })),
});

/** Missing definitions that a refusal names. */
const MOST_NAMED = 20;

/** Why a load that may make no definitions cannot go on. */
export function lackingText(lacking: MissingDefinitions): string {
  const { objectTypes, properties, groups, pipelines, stages, associationTypes } = missingView(lacking);
  const names = [
    ...objectTypes.map((name) => `the object type ${name}`),
    ...properties.map(({ objectType, name }) => `${objectType}.${name}`),
    ...groups.map(({ objectType, name }) => `the group ${name} of ${objectType}`),
    ...pipelines.map(({ objectType, id }) => `the pipeline ${id} of ${objectType}`),
    ...stages.map(({ objectType, id }) => `the stage ${id} of ${objectType}`),
    ...associationTypes.map(({ name }) => `the association type ${name}`),
  ];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `The account lacks ${names.length} definitions: ${names.slice(0, MOST_NAMED).join(', ')}${more}. Ask with createDefinitions to have them made`;
}

/** Writes the plan into a file of the run's own. */
export async function keepPlan(
  files: Files,
  fileOf: (run: string) => string,
  plan: LoadPlan,
): Promise<KeptList> {
  const writer = new ListWriter(files, fileOf, undefined);
  try {
    await writer.add(`${JSON.stringify(planView(plan))}\n${JSON.stringify(plan)}\n`);
    return (await writer.flush())!;
  } finally {
    await writer.close();
  }
}

const line = async (files: Files, { file, bytes }: KeptList, number: number): Promise<string | undefined> => {
  const source = files.read(file, 0, bytes);
  let at = 0;
  try {
    for await (const text of linesOf(source)) if (at++ === number) return text;
    return undefined;
  } finally {
    source.destroy();
  }
};

export const keptPlan = async (files: Files, kept: KeptList): Promise<LoadPlan> =>
  JSON.parse((await line(files, kept, 1))!) as LoadPlan;

/** Undefined where the file is not there any more. */
export async function keptView(files: Files, kept: KeptList | undefined): Promise<PlanView | undefined> {
  if (!kept || !(await files.stat(kept.file))) return undefined;
  const text = await line(files, kept, 0);
  return text === undefined ? undefined : (JSON.parse(text) as PlanView);
}
