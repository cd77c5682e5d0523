// The object types that there are now: the standard ones and those the account has defined.
import { schemas, type SchemaDocument } from '../../../projections/crm/schemas';
import { pagesOf, type DocumentStore } from '../../read/document-store';
import type { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { customType, findObjectType, objectTypes, type FindType, type ObjectType } from './object-types';
import type { ObjectSchema } from './schema.events';

/** A schema at a revision of its stream. */
export type KnownSchema = Pick<SchemaDocument, 'schema' | 'archived' | 'revision'>;

/** So old may be what another process has changed meanwhile; own changes show at once. */
const STALE_MS = 2_000;
/** Read anew before that, so that who writes without pause never waits for the read store. */
const AHEAD_MS = STALE_MS / 2;
/** A name that is not known is looked for anew, but not more often than that. */
const MISSED_MS = 100;
const PAGE = 200;
/** `p_car`, and with the account's id `p123_car`. */
const QUALIFIED = /^p\d*_(.+)$/;

export class ObjectTypes {
  /** By name in lower case. */
  private known: ReadonlyMap<string, KnownSchema> = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly head: () => Promise<bigint>,
  ) {}

  /** By any of its names, in any case. Refuses with `object-type-unknown`, as HubSpot does. */
  async named(alias: string): Promise<ObjectType> {
    const type = await this.find(alias);
    if (type) return type;
    const shown = alias.slice(0, 100);
    throw new Refusal('object-type-unknown', { message: `Unable to infer object type from: ${shown}` });
  }

  async find(alias: string): Promise<ObjectType | undefined> {
    const standard = findObjectType(alias);
    if (standard) return standard;
    await this.refresh(STALE_MS);
    const found = this.custom(alias);
    if (found) return found;
    await this.refresh(MISSED_MS);
    return this.custom(alias);
  }

  /** Values that records of a type must have; the type by its own name. */
  async requiredOf(objectType: string): Promise<readonly string[]> {
    return (await this.find(objectType))?.requiredProperties ?? [];
  }

  /** For many names at once: those of now, as `find` finds them. */
  async finder(): Promise<FindType> {
    await this.refresh(MISSED_MS);
    return (alias) => findObjectType(alias) ?? this.custom(alias);
  }

  /** The standard ones, then the custom ones in the order of their names; archived ones are left out. */
  async all(): Promise<readonly ObjectType[]> {
    await this.refresh(STALE_MS);
    const custom = [...this.known.values()].filter(({ archived }) => !archived);
    return [...objectTypes, ...custom.map(({ schema }) => customType(schema)).sort(byName)];
  }

  /** Takes over a change this process has just appended. */
  learn(changed: KnownSchema): void {
    this.known = withNewer(this.known, [changed]);
  }

  private custom(alias: string): ObjectType | undefined {
    const name = alias.toLowerCase();
    const found = this.live(name) ?? this.live(QUALIFIED.exec(name)?.[1] ?? '') ?? this.byTypeId(name);
    return found && customType(found);
  }

  private live(name: string): ObjectSchema | undefined {
    const known = this.known.get(name);
    return known && !known.archived ? known.schema : undefined;
  }

  private byTypeId(id: string): ObjectSchema | undefined {
    for (const { schema, archived } of this.known.values())
      if (!archived && schema.objectTypeId === id) return schema;
    return undefined;
  }

  private async refresh(staleMs: number): Promise<void> {
    const age = Date.now() - this.readAt;
    if (age < Math.min(staleMs, AHEAD_MS)) return;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    if (age >= staleMs) await this.reading;
    else this.reading.catch(() => undefined);
  }

  private async read(): Promise<void> {
    const readAt = Date.now();
    // Nothing is known yet: only what has applied the whole log so far tells all schemas.
    const fresh = this.readAt === -Infinity ? { after: await this.head() } : {};
    if (fresh.after !== undefined) await this.readModels.count(schemas, { id: '' }, fresh);
    const collection = await this.readModels.collection(schemas);
    const pages = pagesOf((from) =>
      this.documents.find<SchemaDocument>(collection, { limit: PAGE, ...from }),
    );
    // What was learnt while this was read may be newer than it.
    for await (const page of pages) this.known = withNewer(this.known, page);
    this.readAt = readAt;
  }
}

const byName = (a: ObjectType, b: ObjectType): number => (a.name < b.name ? -1 : 1);

function withNewer(old: ReadonlyMap<string, KnownSchema>, newer: readonly KnownSchema[]) {
  const all = new Map(old);
  for (const { schema, archived, revision } of newer) {
    const name = schema.name.toLowerCase();
    if (revision >= (all.get(name)?.revision ?? -1)) all.set(name, { schema, archived, revision });
  }
  return all;
}
