// Prometheus metrics: requests by route pattern, projection lag, what fails, the process.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Injectable, type OnApplicationBootstrap, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Config } from '../config';
import { Faults } from '../supervision/faults';
import { Figures } from '../supervision/figures';
import { Projector } from '../read/projector';
import { Refusal } from '../refusals';
import { Public } from './access';
import { RefusedRequests } from './doors';

type Values = Iterable<readonly [label: string, value: number]>;

@Injectable()
export class Metrics implements OnApplicationBootstrap {
  /** A registry for each application: tests run several applications in a process. */
  readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'strata_http_request_seconds',
    help: 'Time from request to end of answer, by route pattern',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(
    projector: Projector,
    faults: Faults,
    refused: RefusedRequests,
    private readonly figures: Figures,
  ) {
    collectDefaultMetrics({ register: this.registry });
    this.show(
      Gauge,
      'strata_projection_lag',
      'Positions of the log a projection has not applied yet',
      'projection',
      async () => (await projector.status()).map(({ name, lag }) => [name, Number(lag)]),
    );
    this.show(
      Gauge,
      'strata_projection_stopped',
      '1 where a projection has stopped',
      'projection',
      async () => (await projector.status()).map(({ name, state }) => [name, state === 'stopped' ? 1 : 0]),
    );
    this.show(
      Counter,
      'strata_faults_total',
      'Failures of a loop or thread since the process began',
      'part',
      () => faults.totals,
    );
    this.show(Gauge, 'strata_part_failing', 'Failures of a part since it last worked', 'part', () =>
      faults.list().map(({ part, count }) => [part, count]),
    );
    this.show(
      Counter,
      'strata_refused_attempts_total',
      'Wrong passwords and codes, refused scopes and tokens since the process began',
      'kind',
      () => refused.totals,
    );
  }

  /** Every capability has said by now what it counts. */
  onApplicationBootstrap(): void {
    for (const { name, help, kind, label, values } of this.figures.all)
      this.show(kind === 'counter' ? Counter : Gauge, name, help, label, values);
  }

  /** Shows what is counted elsewhere, as it is when it is asked for: by label. */
  private show(
    Kind: typeof Counter<string> | typeof Gauge<string>,
    name: string,
    help: string,
    label: string,
    values: () => Values | Promise<Values>,
  ): void {
    const collect = async () => {
      const shown = await values();
      metric.reset();
      for (const [of, value] of shown) metric.inc({ [label]: of }, value);
    };
    const metric = new Kind({ name, help, labelNames: [label], registers: [this.registry], collect });
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}

/**
 * A scraper has no account: it shows the METRICS_TOKEN, or asks on the machine itself. No label or value tells of
 * customers.
 */
@ApiExcludeController()
@Controller()
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {}

  @Public()
  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  show(@Req() request: FastifyRequest): Promise<string> {
    const { METRICS_TOKEN: token } = this.config;
    const showsToken = token !== undefined && isSame(request.headers.authorization, `Bearer ${token}`);
    if (!showsToken && !isLocal(request)) throw new Refusal('token-invalid', { message: ONLY_FOR });
    return this.metrics.registry.metrics();
  }
}

const ONLY_FOR = 'Metrics are for who shows the METRICS_TOKEN, or asks on the machine itself';
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Judged by the socket, whatever proxies are trusted; a request that a proxy passes on comes from elsewhere. */
const isLocal = ({ raw: { socket }, headers }: FastifyRequest): boolean =>
  /^(?:127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? '') &&
  FORWARDED.every((name) => headers[name] === undefined);

/** Compares in a time that does not tell how much of `given` was right. */
const isSame = (given: string | undefined, right: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(right));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
