// What the modules of the application give out: nothing twice, since two of one kind know nothing of each other.
import 'reflect-metadata';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { AppModule } from '../../src/app.module';
import type { Engine } from '../../src/engine';

const tokenOf = (provider: Provider): unknown => ('provide' in provider ? provider.provide : provider);
const nameOf = (token: unknown): string => (typeof token === 'function' ? token.name : String(token));

/** Providers of a module, by their tokens. */
const given = (module: Type): unknown[] =>
  ((Reflect.getMetadata('providers', module) ?? []) as Provider[]).map(tokenOf);

test('no two modules provide the same', () => {
  const { imports = [] } = AppModule.of({} as Engine);
  const [engine, ...capabilities] = imports as [DynamicModule, ...Type[]];
  const tokens = [...engine.providers!.map(tokenOf), ...capabilities.flatMap(given)];
  expect(tokens.length).toBeGreaterThan(400);
  expect(tokens.filter((token, n) => tokens.indexOf(token) < n).map(nameOf)).toEqual([]);
});
