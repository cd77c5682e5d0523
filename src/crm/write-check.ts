// Checks the values of a write against the definitions, owners and pipelines, and against what the writer may write.
import { breathe } from '../eventsourcing/breath';
import type { EventOf } from '../eventsourcing/event';
import type { Owners } from '../owners/owners';
import type { Definitions } from './properties/definitions';
import type { ObjectTypes } from './schemas/object-types-known';
import { misplaced } from './pipelines/pipeline-options';
import type { PropertyDefinition } from './properties/property.events';
import type { RecordState, Values } from './records/record.decider';
import type { RecordEvents } from './records/record.events';
import {
  isSensitive,
  requireWritable,
  SEES_NOTHING_SENSITIVE,
  type Viewer,
} from './properties/values/sensitivity';
import {
  addsTo,
  check,
  invalid,
  ownersIn,
  problem,
  verbatimValues,
  type Checked,
} from './properties/values/value-check';

type RecordEvent = EventOf<RecordEvents>;

export interface Writing {
  /** The values that the record has; absent where it is being created. */
  readonly current?: Values | undefined;
  readonly viewer?: Viewer | undefined;
  /** True for historic values: only unknown and read-only properties are refused. */
  readonly verbatim?: boolean | undefined;
}

export class WriteCheck {
  constructor(
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
    private readonly owners: Owners,
  ) {}

  /**
   * The values in the form in which they are kept. Refuses with `properties-invalid`, naming all problems, and with
   * `scope-missing`.
   */
  async values(objectType: string, given: Values, writing: Writing): Promise<Values> {
    if (writing.verbatim) return this.verbatim(objectType, given, writing);
    const { values, problems } = await this.check(objectType, given, writing);
    if (problems.length > 0) throw invalid(problems);
    return values;
  }

  /** The valid values, and the problems of all others. Refuses with `scope-missing` only. */
  async check(
    objectType: string,
    given: Values,
    { current, viewer = SEES_NOTHING_SENSITIVE }: Writing,
  ): Promise<Checked> {
    const definitions = await this.definitions.of(objectType);
    requireWritable(viewer, objectType, definitions, Object.keys(given));
    const required = {
      names: await this.objectTypes.requiredOf(objectType),
      creating: current === undefined,
    };
    const named = ownersIn(definitions, given);
    const missing = named.length > 0 ? await this.owners.missing(named) : NONE;
    // Many writes may have waited for the same definitions: each takes its turn.
    await breathe();
    const { values: checked, problems } = check(definitions, given, required, missing);
    const values = appended(definitions, given, checked, current);
    const state = await this.definitions.pipelinesOf(objectType);
    const stage = misplaced(objectType, state, { ...current, ...values }, values);
    return {
      values,
      problems: stage === undefined ? problems : [...problems, problem(stage, 'INVALID_STAGE')],
    };
  }

  /**
   * The events, each with the name that the record has then and the names of the sensitive properties that it changes.
   * `state` is that before the first of them.
   */
  async marked<E extends RecordEvent>(
    objectType: string,
    events: readonly E[],
    state: RecordState,
  ): Promise<E[]> {
    if (events.length === 0) return [];
    const definitions = await this.definitions.everOf(objectType);
    const shownBy = (await this.objectTypes.find(objectType))?.displayProperty;
    const named = isSensitive(definitions.get(shownBy ?? '')) ? undefined : shownBy;
    let name = named !== undefined && 'values' in state ? state.values[named] : undefined;
    return events.map((event) => {
      if (!TELLING.has(event.type)) return event;
      const changes = 'changes' in event.data ? event.data.changes : undefined;
      const change = named === undefined ? undefined : changes?.[named];
      if (change) name = change.to ?? undefined;
      const sensitive = changes && Object.keys(changes).filter((one) => isSensitive(definitions.get(one)));
      // A change says that it has sensitive values, or none; of others it says so where they are made known at once.
      const isSaid = sensitive && (sensitive.length > 0 || event.type !== 'record.values-changed.v1');
      const told = {
        ...(name !== undefined && { name: beginning(name) }),
        ...(isSaid && { sensitive }),
      };
      return { ...event, data: { ...event.data, ...told } };
    });
  }

  private async verbatim(
    objectType: string,
    given: Values,
    { viewer = SEES_NOTHING_SENSITIVE }: Writing,
  ): Promise<Values> {
    const definitions = await this.definitions.everOf(objectType);
    requireWritable(viewer, objectType, definitions, Object.keys(given));
    return verbatimValues(definitions, given);
  }
}

/** Events whose rows of the audit log have a name. */
const TELLING: ReadonlySet<string> = new Set<keyof RecordEvents>([
  ...([
    'record.created.v1',
    'record.recreated.v1',
    'record.values-changed.v1',
    'record.archived.v1',
  ] as const),
  ...(['record.unarchived.v1', 'record.merged.v1', 'record.merged-into.v1', 'record.purged.v1'] as const),
]);

const NAME_LENGTH = 200;
/** No half of a pair of units is left at the end. */
const beginning = (name: string): string => name.slice(0, NAME_LENGTH).replace(/[\ud800-\udbff]$/, '');

/** Adds newly chosen options to those chosen already, where the given value asks for it. */
function appended(
  definitions: ReadonlyMap<string, PropertyDefinition>,
  given: Values,
  checked: Values,
  current: Values = {},
): Values {
  const added = Object.entries(checked).flatMap(([name, value]) => {
    const old = current[name];
    if (!addsTo(definitions.get(name), given[name]) || !old || value === null) return [];
    return [[name, [...new Set([...old.split(';'), ...value.split(';')])].join(';')] as const];
  });
  return added.length === 0 ? checked : { ...checked, ...Object.fromEntries(added) };
}

const NONE: ReadonlySet<string> = new Set();
