// The decorator of routes that take files: as multipart, and nothing else.
import { applyDecorators } from '@nestjs/common';
import { ApiConsumes } from '@nestjs/swagger';
import { configure } from './front/route-config';

/** What of a form is held in memory beside its fields. */
export interface UploadHeld {
  /** Bytes of each file; the others go to disk as they come, or pass by. */
  readonly ofFile: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's body is a form with files. */
    upload?: UploadHeld;
  }
}

export const Upload = (held: UploadHeld = { ofFile: 0 }): MethodDecorator =>
  applyDecorators(configure({ upload: held }), ApiConsumes('multipart/form-data'));
