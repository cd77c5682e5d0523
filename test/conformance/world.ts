// What the rows of the conformance test set up before they ask: on the same app, by routes that other rows cover.
import type { App } from '../support/servers/app';
import type { Call } from './calling';

/** By operation: asks it in every way that has an answer of its own. */
export type Rows = Readonly<Record<string, (call: Call, world: World) => Promise<void>>>;

/** An object type of the account's own. */
export const CUSTOM = 'boat';

export interface Kind {
  readonly objectType: string;
  /** A property of text. */
  readonly text: string;
  /** A property whose values are unique. */
  readonly unique: string;
}

export class World {
  private count = 0;
  private readonly kinds = new Map<string, Promise<Kind>>();

  constructor(readonly app: App) {}

  /** A name that nothing had before. */
  name(start = 'thing'): string {
    return `${start}_${++this.count}`;
  }

  /** What a request with an API key has in its headers. */
  async keyWith(...scopes: readonly string[]): Promise<{ authorization: string }> {
    const key = await this.app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      ...{ name: this.name('key'), scopes },
    });
    return { authorization: `Bearer ${key.token}` };
  }

  /** A type with a property of text and a unique one. */
  async kind(objectType: string): Promise<Kind> {
    let kind = this.kinds.get(objectType);
    if (!kind) this.kinds.set(objectType, (kind = this.prepare(objectType)));
    return kind;
  }

  async record(objectType: string, properties: Readonly<Record<string, string>> = {}): Promise<string> {
    const body = { properties, associations: [] };
    return (await this.app.ok('POST', `/crm/v3/objects/${objectType}`, body)).id;
  }

  records(objectType: string, count: number): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => this.record(objectType)));
  }

  async property(objectType: string, more: object = {}): Promise<string> {
    const name = this.name('property');
    await this.app.ok('POST', `/crm/v3/properties/${objectType}`, {
      ...definition(name),
      groupName: await this.group(objectType),
      ...more,
    });
    return name;
  }

  async group(objectType: string): Promise<string> {
    const { results } = await this.app.ok('GET', `/crm/v3/properties/${objectType}/groups`);
    return String(results[0]!.name);
  }

  private async prepare(objectType: string): Promise<Kind> {
    if (objectType === CUSTOM)
      await this.app.ok('POST', '/crm-object-schemas/v3/schemas', {
        name: CUSTOM,
        labels: { singular: 'Boat', plural: 'Boats' },
        primaryDisplayProperty: 'name',
        requiredProperties: [],
        properties: [definition('name')],
        associatedObjects: [],
      });
    return {
      objectType,
      text: await this.property(objectType),
      unique: await this.property(objectType, { hasUniqueValue: true }),
    };
  }
}

export const definition = (name: string) => ({
  name,
  label: `Label of ${name}`,
  type: 'string',
  fieldType: 'text',
});
