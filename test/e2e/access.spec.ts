// Every route of every controller says who may call it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATH_METADATA } from '@nestjs/common/constants';
import { ModulesContainer } from '@nestjs/core';
import { projections } from '../../projections';
import { AppModule } from '../../src/app.module';
import { parseConfig } from '../../src/config';
import { Engine } from '../../src/engine';
import { type AccessRule, Rule } from '../../src/http/access';
import { createApp } from '../../src/http/app';
import { createLogger } from '../../src/http/logger';
import { knownScopes } from '../../src/identity/scopes';

interface Route {
  readonly name: string;
  readonly rule: AccessRule | 'public' | undefined;
}

describe('the routes of the application', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-routes-'));
  let routes: Route[];

  beforeAll(async () => {
    const config = parseConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    const engine = await Engine.open(config, projections, createLogger(config));
    const app = await createApp(AppModule.of(engine), config, createLogger(config));
    routes = [...app.get(ModulesContainer).values()]
      .flatMap((module) => [...module.controllers.values()])
      .flatMap(({ metatype }) => routesOf(metatype as abstract new () => object));
    await engine.close();
  });
  afterAll(() => rmSync(dataDir, { recursive: true }));

  test('are many', () => expect(routes.length).toBeGreaterThan(10));

  test('each have an access rule', () => {
    expect(routes.filter(({ rule }) => rule === undefined).map(({ name }) => name)).toEqual([]);
  });

  test('ask for scopes that an API key can have', () => {
    const unknown = routes.filter(({ rule }) => {
      if (rule === undefined || rule === 'public' || rule.scope === undefined) return false;
      const scopes = [rule.scope].flat().flatMap((one) => one.split('|'));
      return !scopes.every((scope) => knownScopes.has(scope.replace(/:\w+/, 'contacts')));
      return !scopes.every((scope) => knownScopes.has(scope));
    });
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  test('are public where nobody can have a token yet, or nothing of customers is told', () => {
    const names = routes.filter(({ rule }) => rule === 'public').map(({ name }) => name);
    expect(names.sort()).toEqual([
      // Its signed link stands for the super admin who made it.
      'BackupController.linked',
      'ExportsController.linked',
      'HealthController.live',
      'HealthController.ready',
      'IdentityController.logIn',
      'IdentityController.setUp',
      'IdentityController.setupState',
      'MetricsController.show',
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
    const rule = (Reflect.getMetadata(Rule.KEY, handler) ??
      Reflect.getMetadata(Rule.KEY, controller)) as Route['rule'];
    return [{ name: `${controller.name}.${name}`, rule }];
  });
}
