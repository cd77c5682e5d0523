// Makes the OpenAPI document as it is sent. Runs in a thread: it takes a second, for which no request should wait.
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { dump } from 'js-yaml';
import type { Logger } from 'pino';
import { AppModule } from '../../app.module';
import type { Engine } from '../../engine';
import type { ThreadFunction } from '../../jobs/thread.client';
import { HttpModule } from '../http.module';
import { openApi } from './openapi';

export interface Description {
  readonly json: string;
  readonly yaml: string;
}

@Module({})
class Root {}

/** Describes the routes of the application, of which nothing is made that would need an engine. */
export const describe: ThreadFunction<{ readonly version: string }, Description> = async ({ version }) => {
  const root = { module: Root, imports: [AppModule.of({} as Engine), HttpModule.of({} as Logger)] };
  const how = { logger: false, preview: true, abortOnError: false } as const;
  const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), how);
  const document = openApi(app, version);
  return { json: JSON.stringify(document), yaml: dump(document, { noRefs: true }) };
};
