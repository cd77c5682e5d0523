// Whether the process lives, and whether it can serve.
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventStore } from '../eventsourcing/event-store';
import { DocumentStore } from '../read/document-store';
import { Projector } from '../read/projector';
import { Vault } from '../vault/vault';
import { Public } from './access';

const PATIENCE_MS = 2_000;

type StoreState = { readonly state: 'up' | 'down'; readonly ms: number };

/** Public: orchestrators have no account. Names no customer and quotes no error. */
@ApiTags('Operations')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly eventStore: EventStore,
    private readonly documents: DocumentStore,
    private readonly vault: Vault,
    private readonly projector: Projector,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process lives' })
  live() {
    return { status: 'live' };
  }

  /** 503 where a store does not answer. A projection that has stopped is told, but the rest can be served. */
  @Get('ready')
  @ApiOperation({ summary: 'Whether it can serve: each store, and how far each projection is' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const [eventStore, documentStore, vault, projections] = await Promise.all([
      probe(() => this.eventStore.head()),
      probe(() => this.documents.getState('health')),
      probe(() => this.vault.get('vault', 'check')),
      this.projections(),
    ]);
    const stores = { eventStore, documentStore, vault };
    const ready = Object.values(stores).every(({ state }) => state === 'up');
    void reply.status(ready ? 200 : 503).header('Cache-Control', 'no-store');
    return { status: ready ? 'ready' : 'unavailable', stores, projections };
  }

  private async projections() {
    const none: Awaited<ReturnType<Projector['status']>> = [];
    const known = await within(async () => this.projector.status()).catch(() => none);
    return JSON.parse(
      JSON.stringify(known, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ) as unknown;
  }
}

async function probe(ask: () => Promise<unknown>): Promise<StoreState> {
  const began = performance.now();
  const took = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    await within(ask);
    return { state: 'up', ms: took() };
  } catch {
    return { state: 'down', ms: took() };
  }
}

async function within<T>(ask: () => Promise<T>): Promise<T> {
  const patience = new AbortController();
  const tooLong = pause(PATIENCE_MS, undefined, { signal: patience.signal, ref: false }).then(() => {
    throw new Error('No answer in time');
  });
  try {
    return await Promise.race([ask(), tooLong]);
  } finally {
    patience.abort();
    tooLong.catch(() => undefined);
  }
}
