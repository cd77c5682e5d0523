// A route parameter that resolves any of an object type's names to its plural name.
import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ObjectTypes } from './object-types-known';

@Injectable()
export class NamedObjectType implements PipeTransform<string, Promise<string>> {
  constructor(private readonly objectTypes: ObjectTypes) {}

  async transform(alias: string): Promise<string> {
    return (await this.objectTypes.named(alias)).name;
  }
}

/** `@TypeParam() objectType: string` gives the type's plural name. Refuses with `object-type-unknown`. */
export const TypeParam = (path = 'objectType'): ParameterDecorator => Param(path, NamedObjectType);
