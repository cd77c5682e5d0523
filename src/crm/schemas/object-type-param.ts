// The object type that a path names, in any of its forms, as the one name it has inside.
import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ObjectTypes } from './object-types-known';

@Injectable()
export class NamedObjectType implements PipeTransform<string, Promise<string>> {
  constructor(private readonly objectTypes: ObjectTypes) {}

  async transform(alias: string): Promise<string> {
    return (await this.objectTypes.named(alias)).name;
  }
}

/** `@TypeParam() objectType: string`: its name. Refuses with `object-type-unknown`. */
export const TypeParam = (path = 'objectType'): ParameterDecorator => Param(path, NamedObjectType);
