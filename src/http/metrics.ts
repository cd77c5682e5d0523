// Prometheus metrics: requests by route pattern, projection lag, the process.
import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Projector } from '../read/projector';
import { Public } from './access';

@Injectable()
export class Metrics {
  /** One registry an application: tests run several in a process. */
  readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'strata_http_request_seconds',
    help: 'Time from request to end of answer, by route pattern',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(projector: Projector) {
    collectDefaultMetrics({ register: this.registry });
    gauge(
      this.registry,
      'strata_projection_lag',
      'Positions of the log a projection has not applied yet',
      async (set) => {
        for (const { name, lag } of await projector.status()) set(name, Number(lag));
      },
    );
    gauge(this.registry, 'strata_projection_stopped', '1 where a projection has stopped', async (set) => {
      for (const { name, state } of await projector.status()) set(name, state === 'stopped' ? 1 : 0);
    });
  }

  request(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }
}

function gauge(
  registry: Registry,
  name: string,
  help: string,
  collect: (set: (projection: string, value: number) => void) => Promise<void>,
): void {
  const made: Gauge<'projection'> = new Gauge({
    name,
    help,
    labelNames: ['projection'] as const,
    registers: [registry],
    collect: () => collect((projection, value) => made.set({ projection }, value)),
  });
}

/** Public: a scraper has no account, and no label or value tells of customers. */
@ApiExcludeController()
@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Public()
  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  show(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
