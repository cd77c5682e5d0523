// The module of what holds for every route (idempotency, validation, errors), and of the routes for operation.
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { Logger } from 'pino';
import { ErrorFilter } from './answers/error-filter';
import { HealthController } from './health.controller';
import { IdempotencyInterceptor } from './idempotency';
import { Metrics, MetricsController } from './metrics';
import { PagingLinks } from './answers/paging-links';
import { ValidationPipe } from './validation';

@Module({})
export class HttpModule {
  static of(logger: Logger): DynamicModule {
    return {
      module: HttpModule,
      controllers: [HealthController, MetricsController],
      providers: [
        Metrics,
        { provide: ErrorFilter, useFactory: () => new ErrorFilter(logger) },
        { provide: APP_FILTER, useExisting: ErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: PagingLinks },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
    };
  }
}
