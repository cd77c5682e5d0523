// The decorator of routes that take files: as multipart, and nothing else.
import { applyDecorators } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { configure } from './front/route-config';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's body is a form with files, which go to disk as they come. */
    upload?: boolean;
  }
}

export const Upload = (): MethodDecorator =>
  applyDecorators(configure({ upload: true }), ApiConsumes('multipart/form-data'));
