// Puts what a route says of itself into Fastify's own configuration, where it is known before a request is read.
import { PATH_METADATA } from '@nestjs/common/constants';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants';
import type { FastifyContextConfig } from 'fastify';

/** On a class, what is said holds for each of its routes that does not say otherwise itself. */
export function configure(said: FastifyContextConfig): MethodDecorator & ClassDecorator {
  return (target: object, name?: string | symbol, method?: PropertyDescriptor) => {
    if (name !== undefined && method) return set(target, name, method, { ...saidOf(method.value), ...said });
    const methods = (target as { prototype: Readonly<Record<string, object>> }).prototype;
    for (const own of Object.getOwnPropertyNames(methods)) {
      const value = methods[own]!;
      if (own !== 'constructor' && Reflect.hasMetadata(PATH_METADATA, value))
        set(methods, own, { value }, { ...said, ...saidOf(value) });
    }
  };
}

const saidOf = (handler: unknown) =>
  Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler as object) as FastifyContextConfig | undefined;

const set = (target: object, name: string | symbol, method: PropertyDescriptor, said: object): void =>
  void RouteConfig(said)(target, name, method);
