// Gives the ids of what one command creates, by number: a command that is repeated gives the same ids again.
import type { Meta } from './eventsourcing/event';
import { partOf } from './eventsourcing/event-ids';
import { idAt, type RecordIds } from './eventsourcing/ids';

export interface CommandIds {
  /** The id number `index`, from 0. */
  at(index: number): Promise<string>;
  /**
   * A new id number `index`, since the one given before turned out to be taken. From then on `at` gives the new one.
   */
  again(index: number): Promise<string>;
}

/** Ids of a command that is carried out once: drawn when they are asked for, since most commands create nothing. */
export class FreshIds implements CommandIds {
  private readonly given = new Map<number, Promise<string>>();

  constructor(private readonly ids: RecordIds) {}

  at(index: number): Promise<string> {
    return this.given.get(index) ?? this.give(index, this.ids.draw());
  }

  again(index: number): Promise<string> {
    return this.give(
      index,
      this.at(index).then((taken) => this.ids.redraw(taken)),
    );
  }

  private give(index: number, id: Promise<string>): Promise<string> {
    this.given.set(index, id);
    return id;
  }
}

/** Ids of a command that may be repeated: a row of ids is kept for it, and blocks for what it needs beyond that row. */
export class KeptIds implements CommandIds {
  /** How often a new id was asked for, by number. */
  private readonly tries = new Map<number, number>();

  /** `first` of `size` ids in a row, or a function that gives it when an id is asked for; `meta` is the command's. */
  constructor(
    private readonly ids: RecordIds,
    private readonly first: string | (() => Promise<string>),
    private readonly size: number,
    private readonly meta: Meta,
  ) {}

  async at(index: number): Promise<string> {
    const [tries, row] = [this.tries.get(index) ?? 0, Math.floor(index / this.size)];
    const first = tries === 0 && row === 0 ? await this.own() : await this.block(tries, row);
    return idAt(first, index % this.size);
  }

  again(index: number): Promise<string> {
    this.tries.set(index, (this.tries.get(index) ?? 0) + 1);
    return this.at(index);
  }

  private own(): string | Promise<string> {
    return typeof this.first === 'string' ? this.first : this.first();
  }

  private block(tries: number, row: number): Promise<string> {
    const commandId = partOf(this.meta.commandId, `ids/${tries}`, row);
    return this.ids.block(this.size, { ...this.meta, commandId, causationId: this.meta.commandId });
  }
}
