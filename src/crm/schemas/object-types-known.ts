// The object types that exist now, kept in memory: the standard ones and those that the account has defined.
import { schemas, type SchemaDocument } from '../../../projections/crm/schemas';
import { pagesOf, type DocumentStore } from '../../read/document-store';
import type { ReadModels } from '../../read/read-models';
import { Refusal } from '../../refusals';
import {
  customType,
  findObjectType,
  objectTypes,
  type FindType,
  type ObjectType,
} from './object-type.vocabulary';
import type { ObjectSchema } from './schema.events';

/** A schema at a revision of its stream. */
export type KnownSchema = Pick<SchemaDocument, 'schema' | 'archived' | 'revision'>;

/** Milliseconds until a change by another process shows; this process sees its own changes at once. */
const STALE_MS = 2_000;
/**
 * Read again at this age (milliseconds), so that a process that writes without pause never waits for the read store.
 */
const AHEAD_MS = STALE_MS / 2;
/** An unknown name causes another reading, but only if the last one is older than this (milliseconds). */
const MISSED_MS = 100;
const PAGE = 200;
/** `p_car`, or with the account's id `p123_car`. */
const QUALIFIED = /^p\d*_(.+)$/;

export class ObjectTypes {
  /** Schemas by the type's name in lower case. */
  private known: ReadonlyMap<string, KnownSchema> = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly documents: DocumentStore,
    private readonly readModels: ReadModels,
    private readonly head: () => Promise<bigint>,
  ) {}

  /** The type with any of its names, in any case. Refuses with `object-type-unknown`, as HubSpot does. */
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

  /** Properties that records of a type must have a value of; the type is given by its own name. */
  async requiredOf(objectType: string): Promise<readonly string[]> {
    return (await this.find(objectType))?.requiredProperties ?? [];
  }

  /** Answers a function that finds types as `find` does, for many names: it knows the types of this moment. */
  async finder(): Promise<FindType> {
    await this.refresh(MISSED_MS);
    return (alias) => findObjectType(alias) ?? this.custom(alias);
  }

  /** The standard types, then the custom types in the order of their names, without archived ones. */
  async all(): Promise<readonly ObjectType[]> {
    await this.refresh(STALE_MS);
    const custom = [...this.known.values()].filter(({ archived }) => !archived);
    return [...objectTypes, ...custom.map(({ schema }) => customType(schema)).sort(byName)];
  }

  /** Takes over a change that this process has just appended. */
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
    // Nothing is known yet: only a read model that has applied the whole log has all schemas.
    const fresh = this.readAt === -Infinity ? { after: await this.head() } : {};
    if (fresh.after !== undefined) await this.readModels.count(schemas, { id: '' }, fresh);
    const collection = await this.readModels.collection(schemas);
    const pages = pagesOf((from) =>
      this.documents.find<SchemaDocument>(collection, { limit: PAGE, ...from }),
    );
    // What this process learnt while it was reading may be newer than what it read.
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
