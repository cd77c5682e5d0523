// Every route of every controller says who may call it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';
import type { FastifyContextConfig } from 'fastify';
import { projections } from '../../../projections';
import { AppModule } from '../../../src/app.module';
import { parseConfig } from '../../../src/config';
import { Engine } from '../../../src/engine';
import type { AccessRule } from '../../../src/http/access';
import { createApp } from '../../../src/http/app';
import { createLogger } from '../../../src/http/logger';
import { openApi } from '../../../src/http/docs/openapi';
import { knownScopes, scopesOfKey } from '../../../src/identity/api-keys/scopes';

interface Route {
  readonly name: string;
  readonly rule: AccessRule | 'public' | undefined;
}

/** Those that a key may be given, and those that come with them. */
const keyScopes = scopesOfKey([...knownScopes]);

describe('the routes of the application', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-routes-'));
  let routes: Route[];
  /** Of the OpenAPI document. */
  let described: string[];

  beforeAll(async () => {
    const config = parseConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    const engine = await Engine.open(config, projections, createLogger(config));
    const app = await createApp(AppModule.of(engine), config, createLogger(config));
    routes = [...app.get(ModulesContainer).values()]
      .flatMap((module) => [...module.controllers.values()])
      .flatMap(({ metatype }) => routesOf(metatype as abstract new () => object));
    described = Object.values(openApi(app, '0').paths).flatMap((path) =>
      Object.values(path as Record<string, { operationId?: string }>).map((one) =>
        // A route under two prefixes has a number for each.
        one.operationId!.replace(/\[\d+\]$/, ''),
      ),
    );
    await engine.close();
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  test('are many', () => expect(routes.length).toBeGreaterThan(10));

  test('each have an access rule', () => {
    expect(routes.filter(({ rule }) => rule === undefined).map(({ name }) => name)).toEqual([]);
  });

  test('stand in the OpenAPI document, and so in the table of who is answered what', () => {
    const names = routes.map(({ name }) => name.replace('.', '_'));
    expect(names.filter((name) => !described.includes(name))).toEqual(['MetricsController_show']);
  });

  test('ask for scopes that an API key can have', () => {
    const unknown = routes.filter(({ rule }) => {
      if (rule === undefined || rule === 'public' || rule.scope === undefined) return false;
      const scopes = [rule.scope].flat().flatMap((one) => one.split('|'));
      return !scopes.every((scope) => keyScopes.has(scope.replace(/:\w+/, 'contacts')));
    });
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  test('are public where nobody can have a token yet, or nothing of customers is told', () => {
    const names = routes.filter(({ rule }) => rule === 'public').map(({ name }) => name);
    expect(names.sort()).toEqual([
      // The token that is asked about stands for its holder.
      'AccessTokensController.get',
      'AccessTokensController.info',
      // A signed link stands for who made it.
      'AuditExportsController.linked',
      'BackupController.linked',
      // The vendor's assertion stands for its employee, while the account allows it.
      'EmployeeLoginController.logIn',
      'ExportsController.linked',
      'HealthController.live',
      'HealthController.ready',
      'IdentityController.logIn',
      'IdentityController.setUp',
      'IdentityController.setupState',
      // Its signed link stands for whoever invited.
      'InvitationsController.accept',
      'InvitationsController.state',
      'MetricsController.show',
      'PasswordController.confirm',
      'PasswordController.reset',
      'PasswordController.state',
      // What the provider sends with the browser stands for whoever signs in.
      'SsoController.begin',
      'SsoController.finish',
    ]);
  });
});

function routesOf(controller: abstract new () => object): Route[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    // The constructor's metadata are the controller's own.
    if (
      name === 'constructor' ||
      typeof handler !== 'function' ||
      !Reflect.hasMetadata(PATH_METADATA, handler)
    )
      return [];
    const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as
      FastifyContextConfig | undefined;
    return [{ name: `${controller.name}.${name}`, rule: config?.access }];
  });
}
