// The definitions of properties at positions that were asked about lately: what was, stays as it was.
import { Injectable } from '@nestjs/common';
import { Definitions, definitionsAt, type KnownDefinitions } from '../../crm/properties/definitions';
import { Streams } from '../../eventsourcing/streams';
import { ReadModels } from '../../read/read-models';

const MOST = 50;

@Injectable()
export class DefinitionsThen {
  private readonly known = new Map<string, Promise<KnownDefinitions['current']>>();

  constructor(
    private readonly readModels: ReadModels,
    private readonly streams: Streams,
    private readonly definitions: Definitions,
  ) {}

  /** Those of a type at a position, beside all that there ever were, by which values are masked. */
  async at(objectType: string, position: bigint): Promise<KnownDefinitions> {
    const key = `${objectType}/${position}`;
    let then = this.known.get(key);
    if (!then) {
      then = this.read(objectType, position);
      then.catch(() => this.known.delete(key));
      const [oldest] = this.known.keys();
      if (this.known.size >= MOST && oldest !== undefined) this.known.delete(oldest);
      this.known.set(key, then);
    }
    return { current: await then, ever: await this.definitions.everOf(objectType) };
  }

  private async read(objectType: string, position: bigint): Promise<KnownDefinitions['current']> {
    const found = await definitionsAt(this.readModels, this.streams, objectType, position);
    return new Map(found.map((one) => [one.name, one]));
  }
}
