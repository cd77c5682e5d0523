// A plan as it is shown, and how it is kept: a line for whoever looks at it, then lines for the job, one of which holds the
// plan without what is missing, and each of the others a definition: all in one line might be many megabytes.
import { breathe } from '../../eventsourcing/breath';
import type { Files } from '../../files/files';
import { ListWriter, type KeptList } from '../../files/kept-list';
import { linesOf } from '../../files/lines';
import { NOTHING_MISSING, type LoadPlan, type MissingDefinitions, type RecordsFile } from './load-plan';

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

/** A definition by itself, and to which list it belongs; `of type`: to the properties of the last object type. */
type KeptDefinition = readonly [keyof MissingDefinitions | 'of type', object];

function* keptDefinitions(missing: MissingDefinitions): Generator<KeptDefinition, void> {
  const { objectTypes, ...lists } = missing;
  for (const { schema, properties } of objectTypes) {
    yield ['objectTypes', { schema, properties: [] }];
    for (const property of properties) yield ['of type', property];
  }
  for (const [name, list] of Object.entries(lists) as [keyof typeof lists, readonly object[]][])
    for (const one of list) yield [name, one];
}

/** Writes the plan into a file of the run's own. */
export async function keepPlan(
  files: Files,
  fileOf: (run: string) => string,
  plan: LoadPlan,
): Promise<KeptList> {
  const writer = new ListWriter(files, fileOf, undefined);
  try {
    const bare: LoadPlan = { ...plan, missing: NOTHING_MISSING };
    await writer.add(`${JSON.stringify(planView(plan))}\n${JSON.stringify(bare)}\n`);
    for (const definition of keptDefinitions(plan.missing)) {
      await breathe();
      await writer.add(`${JSON.stringify(definition)}\n`);
    }
    return (await writer.flush())!;
  } finally {
    await writer.close();
  }
}

export async function keptPlan(files: Files, { file, bytes }: KeptList): Promise<LoadPlan> {
  const lines = linesOf(files.read(file, 0, bytes));
  await lines.next();
  const plan = JSON.parse((await lines.next()).value as string) as LoadPlan;
  const lists = plan.missing as { readonly [K in keyof MissingDefinitions]: object[] };
  for await (const line of lines) {
    await breathe();
    const [list, one] = JSON.parse(line) as KeptDefinition;
    if (list === 'of type') (lists.objectTypes.at(-1) as { properties: object[] }).properties.push(one);
    else lists[list].push(one);
  }
  return plan;
}

/** Undefined where the file is not there any more. */
export async function keptView(files: Files, kept: KeptList | undefined): Promise<PlanView | undefined> {
  if (!kept || !(await files.stat(kept.file))) return undefined;
  const source = files.read(kept.file, 0, kept.bytes);
  try {
    for await (const line of linesOf(source)) return JSON.parse(line) as PlanView;
    return undefined;
  } finally {
    source.destroy();
  }
}
