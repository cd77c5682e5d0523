// Routes that tell whether the process lives, and whether it can serve.
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventStore } from '../eventsourcing/event-store';
import { Faults } from '../supervision/faults';
import { HealthNotes } from '../supervision/health-notes';
import { DocumentStore } from '../read/document-store';
import { within } from '../supervision/pause';
import { Projector } from '../read/projector';
import { Readiness } from '../read/readiness';
import { Vault } from '../vault/vault';
import { Public } from './access';

const PATIENCE_MS = 2_000;

type StoreState = { readonly state: 'up' | 'down'; readonly ms: number };

/** Public: orchestrators have no account. Names no customer and quotes no error. */
@ApiTags('Operations')
@Public()
@Controller('health')
export class HealthController {
  private looking: ReturnType<HealthController['look']> | undefined;

  constructor(
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly vault: Vault,
    private readonly projector: Projector,
    private readonly readiness: Readiness,
    private readonly faults: Faults,
    private readonly notes: HealthNotes,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process lives' })
  live() {
    return { status: 'live' };
  }

  /**
   * 503 where a store does not answer, where a part fails without which nothing can be served, or where a read model
   * that writes need is not there yet (`catchingUp`: `applied` of `of`) or has stopped (`stopped`: names). Other parts
   * that fail and other read models that have stopped are told, but everything else can be served.
   */
  @Get('ready')
  @ApiOperation({ summary: 'Whether it can serve: each store, how far each projection is, and what fails' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    // Anybody may ask, under any load: however many do at once, the stores are asked once.
    this.looking ??= this.look().finally(() => (this.looking = undefined));
    const found = await this.looking;
    void reply.status(found.status === 'ready' ? 200 : 503);
    return found;
  }

  private async look() {
    const [eventStore, documentStore, vault, projections, catchingUp, stopped] = await Promise.all([
      probe(() => this.eventStore.head()),
      probe(() => this.documents.getState('health')),
      probe(() => this.vault.get('vault', 'check')),
      told(() => this.projector.status()),
      told(() => this.readiness.catchingUp()),
      told(() => this.readiness.stopped()),
    ]);
    const stores = { eventStore, documentStore, vault };
    const up = Object.values(stores).every(({ state }) => state === 'up');
    const serving = this.faults.serving && up && catchingUp !== undefined && stopped?.length === 0;
    const status = !serving ? 'unavailable' : catchingUp.length > 0 ? 'catching-up' : 'ready';
    const found = { catchingUp: catchingUp ?? [], stopped: stopped ?? [], projections: projections ?? [] };
    return { status, stores, ...found, faults: this.faults.list(), ...this.notes.all };
  }
}

/** As JSON has it, with positions as text. */
type AsJson<T> = { readonly [Name in keyof T]: T[Name] extends bigint ? string : T[Name] };

/** An answer as JSON has it; undefined where a store does not answer. */
async function told<T>(ask: () => Promise<readonly T[]>): Promise<AsJson<T>[] | undefined> {
  try {
    const found = JSON.stringify(await within(PATIENCE_MS, ask()), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    return JSON.parse(found) as AsJson<T>[];
  } catch {
    return undefined;
  }
}

async function probe(ask: () => Promise<unknown>): Promise<StoreState> {
  const began = performance.now();
  const took = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    await within(PATIENCE_MS, ask());
    return { state: 'up', ms: took() };
  } catch {
    return { state: 'down', ms: took() };
  }
}
