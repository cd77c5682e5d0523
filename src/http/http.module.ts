// Guard, idempotency, validation and errors of every route, and the routes of operation.
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import type { Logger } from 'pino';
import { IdentityModule } from '../identity/identity.module';
import { ErrorFilter } from './error-filter';
import { AccessGuard } from './guard';
import { HealthController } from './health.controller';
import { IdempotencyInterceptor } from './idempotency';
import { Metrics, MetricsController } from './metrics';
import { PagingLinks } from './paging-links';
import { ValidationPipe } from './validation';

@Module({})
export class HttpModule {
  static of(logger: Logger): DynamicModule {
    return {
      module: HttpModule,
      imports: [IdentityModule],
      controllers: [HealthController, MetricsController],
      providers: [
        Metrics,
        { provide: ErrorFilter, useFactory: () => new ErrorFilter(logger) },
        { provide: APP_FILTER, useExisting: ErrorFilter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: PagingLinks },
        { provide: APP_PIPE, useClass: ValidationPipe },
      ],
    };
  }
}
