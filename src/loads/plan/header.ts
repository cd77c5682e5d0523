// Understands the header of a CSV: each column by the internal name of a property or by its label.
import type { PropertyDefinition } from '../../crm/properties/property.events';
import { createdNames, modifiedNames } from '../../crm/records/record.vocabulary';
import type { ObjectType } from '../../crm/schemas/object-type.vocabulary';
import type { ColumnPlan, PlanProblem } from './load-plan';

type Definitions = ReadonlyMap<string, PropertyDefinition>;

export interface Heading {
  readonly file: string;
  readonly type: Pick<ObjectType, 'name' | 'singular' | 'labels'>;
  readonly definitions: Definitions;
  /** Whether values of a property are taken as they stand. */
  readonly isExact: (property: string) => boolean;
  readonly find: (name: string) => Pick<ObjectType, 'name'> | undefined;
}

export interface Headed {
  readonly columns: readonly ColumnPlan[];
  /** Names of the properties that the file needs and the type lacks, each with its column. */
  readonly proposed: readonly { readonly index: number; readonly name: string; readonly label: string }[];
  readonly problems: readonly PlanProblem[];
}

const ID = 'hs_object_id';
/** HubSpot calls it by the type: `Contact owner`. */
const OWNER = 'hubspot_owner_id';
/** As in HubSpot's exports: `Associated Company IDs`, `Associated Contact IDs (Billing)`. */
const LINKS = /^(primary )?associated (.+?) ids?(?: \((.+)\))?$/i;
/** The names of the records beside their ids: nothing that a record has. */
const LINK_NAMES = /^(?:primary )?associated /i;
const NAME = /^[a-z][a-z0-9_]{0,99}$/;

const plain = (text: string): string => text.trim().toLowerCase();

export function understood(header: readonly string[], heading: Heading): Headed {
  const { file, type, definitions } = heading;
  const byLabel = labelled(definitions);
  const idNames = new Set(['record id', 'id', 'object id', ID, `${plain(type.labels.singular)} id`]);
  const taken = new Set<string>();
  const proposed: Headed['proposed'][number][] = [];
  const problems: PlanProblem[] = [];
  const columns = header.map((cell, index): ColumnPlan => {
    const at = { index, header: cell };
    const problem = (message: string): ColumnPlan => {
      problems.push({ file, column: index, objectType: type.name, message });
      return { ...at, as: 'nothing' };
    };
    const text = cell.trim();
    if (text === '') return problem('The column has no header: its values are left out');
    const property = (name: string): ColumnPlan => {
      if (taken.has(name)) return problem(`Another column gives ${name}, too: this one is left out`);
      taken.add(name);
      if (name === ID) return { ...at, as: 'id' };
      return { ...at, as: 'property', property: name, exact: heading.isExact(name) };
    };
    if (definitions.has(text)) return property(text);
    const named = byLabel.get(plain(text)) ?? [];
    if (named.length === 1 || isOneTime(type.name, named)) return property(named[0]!);
    if (named.length > 1)
      return problem(
        `Several properties have this label (${named.join(', ')}): head the column by one of them`,
      );
    if (idNames.has(plain(text))) return property(ID);
    if (plain(text) === `${plain(type.labels.singular)} owner` && definitions.has(OWNER))
      return property(OWNER);
    const links = linksOf(text, heading);
    if (links === 'unknown') return problem('The column names records of no known type: it is left out');
    if (links) return { ...at, as: 'links', ...links };
    if (LINK_NAMES.test(text)) return { ...at, as: 'nothing' };
    const name = nameFor(text, index);
    // Headed by a spelling of the name itself.
    if (definitions.has(name)) return property(name);
    if (taken.has(name)) return problem(`Another column gives ${name}, too: this one is left out`);
    taken.add(name);
    proposed.push({ index, name, label: text.slice(0, 200) });
    return { ...at, as: 'property', property: name, exact: false };
  });
  return { columns, proposed, problems };
}

/** Whether properties are but several names of the time at which a record was created, or changed last. */
const isOneTime = (objectType: string, names: readonly string[]): boolean =>
  names.length > 0 &&
  [createdNames(objectType), modifiedNames(objectType)].some((time) =>
    names.every((name) => time.includes(name)),
  );

function labelled(definitions: Definitions): ReadonlyMap<string, string[]> {
  const byLabel = new Map<string, string[]>();
  for (const { name, label } of definitions.values())
    byLabel.set(plain(label), [...(byLabel.get(plain(label)) ?? []), name]);
  return byLabel;
}

function linksOf(header: string, { find }: Heading) {
  const [matched, primary, name, label] = LINKS.exec(header) ?? [];
  if (matched === undefined) return undefined;
  const toType = find(name!)?.name;
  if (toType === undefined) return 'unknown' as const;
  const said = label ?? (primary === undefined ? undefined : 'Primary');
  return { toType, ...(said !== undefined && { label: said }) };
}

/** A name that a property may have, made of a header that is none. */
function nameFor(header: string, index: number): string {
  if (NAME.test(header) && header !== 'constructor') return header;
  const letters = header.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = letters.replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const name = /^[a-z]/.test(slug) ? slug : `column_${slug || index + 1}`;
  return name === 'constructor' ? 'constructor_' : name.slice(0, 100);
}
